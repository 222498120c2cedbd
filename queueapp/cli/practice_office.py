"""The office in which a practice takes place: the office's own, with the counters of a scenario."""

from pathlib import Path

from queueapp.cli.demo import demo_settings, has_office
from queueapp.database import Database
from queueapp.queries.settings import current_settings
from queueapp.rules.hours import WEEKDAYS
from queueapp.rules.practice import fields_for
from queueapp.rules.scenarios import Scenario
from queueapp.settings import Settings

HOURS = ["07:30-11:30", "13:30-17:00"]
OUTSIDE = ("printer", "voice", "web", "hooks")  # what reaches beyond the office's data, and is left out of a practice


def office_settings(address: str) -> Settings:
    """Return how the office at this address is set, which is only read; without one, the demo's."""
    if "://" not in address and not Path(address).exists():
        return demo_settings()
    database = Database(address)
    try:
        return database.read(current_settings) if database.read(has_office) else demo_settings()
    finally:
        database.close()


def practice_settings(office: Settings, scenario: Scenario) -> Settings:
    """Return an office with a scenario's counters that keeps its fields, people and rule and reaches nobody outside."""
    given = office.model_dump(mode="json")
    fields = fields_for([service.code for service in office.services])
    for part in OUTSIDE:
        given.pop(part)
    for service in given["services"]:
        service["daily_quota"] = 0  # everybody of the scenario comes
    given["stopping"] = {"rule": "off"}
    given["hours"] = dict.fromkeys(WEEKDAYS, HOURS)
    given["counters"] = [
        {"number": number, "services": list(dict.fromkeys(fields[field] for field in desk.fields))}
        for number, desk in enumerate(scenario.hall.desks, start=1)
    ]
    return Settings.model_validate(given)
