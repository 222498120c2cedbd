"""The search of procedures: each of the list is found by its name, with accents and without, as somebody types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueapp.operations.catalogue import default_procedures
from queueapp.rules.procedures import ProcedureView
from queueapp.rules.search import Index
from queueapp.text import fold

LIST = default_procedures()
INDEX = Index(LIST)


def codes(typed: str) -> list[str]:
    return [each.code for each in INDEX.find(typed)]


def test_the_list_has_all_procedures() -> None:
    assert len(LIST) == 59
    assert sum(each.is_verified for each in LIST) == 47


@pytest.mark.parametrize("procedure", LIST, ids=[each.code for each in LIST])
def test_each_is_found_first_by_its_name_and_its_code(procedure: ProcedureView) -> None:
    name = procedure.name_vi
    folded = fold(name)
    assert fold(folded) == folded
    for typed in (name, folded, folded.upper(), f"  {name}  ", procedure.code, procedure.code.replace(".", "")):
        assert codes(typed)[0] == procedure.code, typed


@pytest.mark.parametrize("procedure", LIST, ids=[each.code for each in LIST])
def test_each_stays_found_at_every_key_of_its_name_and_its_code(procedure: ProcedureView) -> None:
    for text in (procedure.name_vi, fold(procedure.name_vi), procedure.code):
        assert all(procedure.code in codes(text[:typed]) for typed in range(len(text) + 1)), text


@pytest.mark.parametrize("procedure", LIST, ids=[each.code for each in LIST])
def test_the_order_of_the_words_does_not_matter(procedure: ProcedureView) -> None:
    assert procedure.code in codes(" ".join(reversed(procedure.name_vi.split())))


def test_birth_registration_comes_first_however_it_is_typed() -> None:
    for typed in ("khai sinh", "khai si", "đăng ký khai sinh", "sinh khai", "1.001193", "1193", "001193", "KHAI SINH"):
        assert codes(typed)[0] == "1.001193", typed


def test_what_has_the_words_side_by_side_goes_before_what_has_them_apart() -> None:
    found = codes("kết hôn")
    assert found[:2] == ["1.000894", "1.004746"]


def test_what_is_typed_with_accents_goes_before_what_fits_only_without() -> None:
    one = ProcedureView("1.000001", None, "Cấp ma", "")
    other = ProcedureView("1.000002", None, "Cấp mã", "")
    assert [each.code for each in Index((one, other)).find("mã")] == ["1.000002", "1.000001"]
    assert [each.code for each in Index((one, other)).find("ma")] == ["1.000001", "1.000002"]


def test_what_a_keyboard_leaves_of_vietnamese_is_found_too() -> None:
    assert codes("ddang ky khai sinh")[0] == "1.001193"
    assert codes("khaisinh")[0] == "1.001193"
    assert codes("ddangkykethon")[0] == "1.000894"


def test_what_fits_as_well_keeps_the_order_of_the_list() -> None:
    assert codes("khai")[:2] == ["1.001193", "1.000656"]


def test_exact_accents_go_before_a_better_place_of_words_without_them() -> None:
    one = ProcedureView("1.000001", None, "Khai tư", "")
    other = ProcedureView("1.000002", None, "Đăng ký lại khai tử", "")
    assert [each.code for each in Index((one, other)).find("khai tử")] == ["1.000002", "1.000001"]


def test_an_english_name_is_found_too() -> None:
    assert "1.000894" in codes("marriage registration")


def test_nothing_typed_gives_everything_in_the_order_of_the_list() -> None:
    assert codes("  ") == [each.code for each in LIST]


def test_what_fits_nothing_gives_nothing() -> None:
    assert codes("khai sinh xyz") == codes("9.999999") == []


@given(st.text(max_size=60))
def test_whatever_is_typed_is_answered_by_a_part_of_the_list(typed: str) -> None:
    found = INDEX.find(typed)
    assert len({each.code for each in found}) == len(found)
    assert set(found) <= set(LIST)
