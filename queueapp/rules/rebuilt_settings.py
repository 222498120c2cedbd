"""Rebuilds the settings in force from events alone: each that founds or configures the office holds all of them."""

from dataclasses import dataclass, field
from typing import Any

SETTING_VERBS = ("found", "configure")
# What of the settings is kept with the office itself; the rest has tables of its own.
_WITH_OFFICE = (
    "hours",
    "priorities",
    "limits",
    "personal",
    "rights",
    "printer",
    "voice",
    "web",
    "hooks",
    "roll",
    "calling",
    "letterhead",
    "stopping",
)

Rows = dict[Any, dict[str, Any]]


@dataclass(slots=True)
class InForce:
    """The settings in force at a place of the chain, and what the tables must say of them at its end.

    `codes`, `numbers` and `names` tell what a key means. Those of a database are given at the beginning, because events
    of old say no keys; so are `timezone` and `letters`, for one whose first events hold no settings.
    """

    timezone: str
    codes: dict[int, str]
    letters: dict[str, str]
    numbers: dict[int, int]
    names: dict[int, str]
    at: int | None = None
    office: dict[str, Any] = field(default_factory=dict)
    services: Rows = field(default_factory=dict)
    counters: Rows = field(default_factory=dict)
    staff: Rows = field(default_factory=dict)
    skills: dict[tuple[int, str], int] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether any event with settings was read."""
        return self.at is not None

    def follow(self, at: int, detail: dict[str, Any]) -> None:
        """Take in the next event that founds or configures the office."""
        settings = detail.get("settings")
        if settings is None:
            return
        self.at, self.timezone = at, settings["office"]["timezone"]
        self.office = dict(
            settings["office"], settings={name: settings[name] for name in _WITH_OFFICE if name in settings}
        )
        if "training" in detail:
            self.office["is_training"] = detail["training"]
        ids = detail.get("ids", {})
        fields = [{**service, "position": place} for place, service in enumerate(settings["services"])]
        _replace(self.services, "code", fields, ids.get("services", {}))
        _replace(
            self.counters,
            "number",
            [{"number": each["number"]} for each in settings["counters"]],
            ids.get("counters", {}),
        )
        _replace(self.staff, "name", settings.get("staff", []), ids.get("staff", {}))
        self.skills = {
            (each["number"], code): each.get("weights", {}).get(code, 1)
            for each in settings["counters"]
            for code in each["services"]
        }
        self.letters |= {service["code"]: service["letter"] for service in fields}
        self.codes |= _keyed(self.services)
        self.numbers |= _keyed(self.counters)
        self.names |= _keyed(self.staff)


def _replace(known: Rows, key: str, wanted: list[dict[str, Any]], ids: dict[str, int]) -> None:
    """Bring the rows of a table to what is wanted; what is no longer named stays, out of use."""
    for row in known.values():
        row["is_active"] = False
    for each in wanted:
        row = known.setdefault(each[key], {})
        row.update(each, is_active=True)
        if str(each[key]) in ids:
            row["id"] = ids[str(each[key])]


def _keyed(rows: Rows) -> dict[int, Any]:
    return {row["id"]: name for name, row in rows.items() if "id" in row}
