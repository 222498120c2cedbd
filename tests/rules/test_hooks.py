"""What a script of the office's own may know."""

from queueapp.rules.hooks import Hooks, environment, hooks_of
from queueapp.settings import HookSettings


def test_an_office_that_says_nothing_has_no_scripts() -> None:
    assert hooks_of({}) == Hooks(**HookSettings().model_dump())
    assert not hooks_of({}).are_there
    assert hooks_of({"hooks": {"command": "led"}}).are_there


def test_a_script_gets_no_secret_of_the_environment() -> None:
    parent = {"PATH": "/bin", "LC_ALL": "C", "QUEUEAPP_PIN": "4826", "QUEUEAPP_DB": "postgresql://a:b@c/d"}
    parent |= {"PGPASSWORD": "b", "TOKEN": "x"}
    assert environment(parent, "call", 7, "postgresql://a@c/d") == {
        "PATH": "/bin",
        "LC_ALL": "C",
        "QUEUEAPP_EVENT": "call",
        "QUEUEAPP_SEQ": "7",
        "QUEUEAPP_DB": "postgresql://a@c/d",
    }
