"""The office's limits of time and number, with the defaults that hold where its settings say nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a wrong key can be taken back, an absent citizen comes soon after, a terminal stays unlocked.

    The defaults are our choice; no text of law speaks of them, but for `same_day_until`: what is due the same day and
    comes after that hour may be handed out the next working day (domain.md section 1.6). `lock_minutes` 0 means never;
    who was sent to put a form right and is back within `fix_minutes` keeps the place.
    """

    undo_seconds: int = 60
    bring_back_minutes: int = 30
    lock_minutes: int = 5
    backups_kept: int = 14
    keep_personal_days: int = 30
    fix_minutes: int = 30
    same_day_until: str = "15:00"


def limits_of(settings: Mapping[str, Any]) -> Limits:
    """Return the limits in an office's settings."""
    said = settings.get("limits", {})
    return Limits(**{each.name: said[each.name] for each in fields(Limits) if each.name in said})
