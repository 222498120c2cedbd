"""The office that hostile text goes into: hostile names everywhere, and a clock that is moved on."""

from datetime import UTC, datetime, timedelta

from benchmarks.hostile.texts import Hostile
from queueapp.settings import Settings, default_settings

MORNING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # 07:30 in the office
FIELDS = ("land", "civil_status", "social_affairs")


class Moving:
    """A clock that goes on by itself a little whenever it is told to."""

    def __init__(self) -> None:
        self.moment = MORNING

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.moment

    def go(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)

    def next_morning(self) -> None:
        """Go to half past seven of the next day."""
        days = (self.moment - MORNING).days + 1
        self.moment = MORNING + timedelta(days=days)


def settings_of(hostile: Hostile) -> Settings:
    """Return the default office with hostile names everywhere, which keeps the names of citizens."""
    told = default_settings().model_dump()
    told["office"]["name"] = hostile.some()
    for each in (*told["services"], *told["priorities"]):
        each["name_vi"], each["name_en"] = hostile.some(), hostile.some()
    for each in told["priorities"]:
        each["basis"] = hostile.text()
    told["staff"] = [{"name": f"{hostile.some()[:90]} {role}", "role": role} for role in ("clerk", "admin")]
    told["staff"] += [
        {"name": f"{role} {hostile.some()[:90]}", "role": role} for role in ("receptionist", "supervisor")
    ]
    told["personal"] = {"name": True}
    return Settings.model_validate(told)
