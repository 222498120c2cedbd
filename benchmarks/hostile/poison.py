"""Puts hostile words into an answer, as if no door had made them clean."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

WORDY = {
    "name",
    "name_vi",
    "name_en",
    "note",
    "reason",
    "clerk",
    "basis",
    "outcome",
    "procedure",
    "channel",
    "before",
    "after",
    "voucher",
    "open_until",
}


def poisoned(view: Any, text: str) -> Any:
    """Return a view with `text` wherever somebody could have written words, as if no door had made it clean."""
    if is_dataclass(view) and not isinstance(view, type):
        told = {each.name: _poisoned(each.name, getattr(view, each.name), text) for each in fields(view) if each.init}
        return replace(view, **told)
    if isinstance(view, tuple):
        return tuple(poisoned(each, text) for each in view)
    if isinstance(view, dict):
        return {name: _poisoned(str(name), each, text) for name, each in view.items()}
    return view


def _poisoned(name: str, value: Any, text: str) -> Any:
    if name in WORDY and isinstance(value, str | None):
        return text
    if name == "clerks" and isinstance(value, dict):
        return dict.fromkeys([text], next(iter(value.values()), None)) if value else value
    return poisoned(value, text)
