"""Files for the office: whole or not there, never over another; and what is missing for a form is said."""

import sys
from pathlib import Path

import pytest

from queueapp.i18n import use_language
from queueapp.paper.exporting import require_form
from queueapp.paper.files import write_new_bytes
from queueapp.rules.errors import MissingExtraError


@pytest.mark.parametrize(
    ("form", "library", "extra"),
    [("xlsx", "xlsxwriter", "excel"), ("docx", "docx", "docx"), ("pdf", "reportlab", "pdf")],
)
def test_a_form_without_its_library_says_what_to_install(
    form: str, library: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_form(form)
    monkeypatch.setitem(sys.modules, library, None)
    use_language("vi")
    with pytest.raises(MissingExtraError) as refused:
        require_form(form)
    assert f"pip install 'queueapp[{extra}]'" in refused.value.message
    require_form("csv")


def test_a_file_gets_a_number_where_its_name_is_taken(tmp_path: Path) -> None:
    written = [write_new_bytes(tmp_path, "month.xlsx", bytes([each])) for each in range(3)]
    assert [path.name for path in written] == ["month.xlsx", "month-2.xlsx", "month-3.xlsx"]
    assert [path.read_bytes() for path in written] == [b"\x00", b"\x01", b"\x02"]
    assert {path.stat().st_mode & 0o777 for path in written} == {0o600}
    assert len(list(tmp_path.iterdir())) == 3


def test_a_folder_that_knows_no_links_has_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Path, _target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")  # as a stick in FAT says

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    written = [write_new_bytes(tmp_path, "month.xlsx", bytes([each])) for each in range(2)]
    assert [(path.name, path.read_bytes()) for path in written] == [("month.xlsx", b"\x00"), ("month-2.xlsx", b"\x01")]
    assert len(list(tmp_path.iterdir())) == 2


def test_who_stops_it_has_no_file_and_no_half_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_self: Path, _target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "hardlink_to", stop)
    with pytest.raises(KeyboardInterrupt):
        write_new_bytes(tmp_path, "month.xlsx", b"half")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_new_bytes(tmp_path / "nowhere", "month.xlsx", b"")
