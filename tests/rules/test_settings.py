"""The settings as a file: what is written can be read back and added to, and what is wrong is named with its place."""

import pytest

from queueapp.i18n import use_language
from queueapp.settings import Settings, SettingsError, default_settings

PERSON = '\n[[staff]]\nname = "An"\nrole = "clerk"\n'


def refused(text: str) -> str:
    with pytest.raises(SettingsError) as error:
        Settings.from_toml(text)
    return error.value.message


def test_what_is_written_is_read_back() -> None:
    settings = default_settings()
    assert Settings.from_toml(settings.to_toml()) == settings
    without_reasons = settings.model_copy(update={"priorities": [], "hours": {}})
    assert Settings.from_toml(without_reasons.to_toml()) == without_reasons


def test_a_person_is_added_below_what_was_shown() -> None:
    shown = default_settings().to_toml()
    assert [person.name for person in Settings.from_toml(shown + PERSON).staff] == ["An"]
    assert "[rights]" not in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("staff = []\n" + PERSON, "line 5, staff: written twice; expected only once"),
        ('[office]\nname = "x"\nname = "y"\n', "name: written twice; expected only once"),
        ("[office", "line 1: expected a line of TOML"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, said: str) -> None:
    assert said in refused(text)


def test_the_line_is_named_in_vietnamese_too() -> None:
    use_language("vi")
    assert refused("[office").startswith("dòng 1: ")


@pytest.mark.parametrize("connection", ["usb", "serial", "device", "windows"])
def test_a_printer_at_one_machine_names_that_machine(connection: str) -> None:
    said = default_settings().to_toml().replace('connection = "none"', f'connection = "{connection}"')
    with pytest.raises(SettingsError, match=r"printer\.host"):
        Settings.from_toml(said)
    Settings.from_toml(said.replace('host = ""', 'host = "desk"'))


def test_a_printer_is_no_option_of_a_command() -> None:
    said = default_settings().to_toml().replace('connection = "none"', 'connection = "cups"')
    with pytest.raises(SettingsError, match=r"printer\.target"):
        Settings.from_toml(said.replace('target = ""', 'target = "-o"'))
