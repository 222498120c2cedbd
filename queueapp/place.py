"""Where a terminal works: its reception, its counter, or home."""

from queueapp.i18n import _


class Place:
    """The place of one terminal; it stays while the board or a summary is looked at.

    `name` is a mode of the application (“counter 1”); `is_known` says whether the database was told of it by a beat.
    """

    def __init__(self, opens: tuple[str, int | None]) -> None:
        self.name = " ".join(str(each) for each in opens if each is not None)
        self.is_known = True
        self._looked_at = ""

    @property
    def counter(self) -> int | None:
        """The number of the counter, where it is one."""
        place, _space, number = self.name.partition(" ")
        return int(number) if place == "counter" and number else None

    def counter_seen(self, mode: str) -> int | None:
        """Return the counter that is seen; one that was only visited before is nobody's."""
        return self.counter if mode == self.name else None

    def follow(self, mode: str) -> bool:
        """Go to work where this terminal has gone, and say whether it has gone anywhere since it was last looked at."""
        if mode == self._looked_at:
            return False
        self._looked_at = mode
        is_working = mode in {"home", "reception"} or mode.startswith("counter ")
        if is_working and mode != self.name:
            self.move(mode)
        return True

    def move(self, name: str) -> None:
        """Work elsewhere from now on."""
        self.name, self.is_known = name, False

    def settle(self) -> None:
        """Take it that this terminal has come here: what coming here would ask is not asked any more."""
        self._looked_at = self.name


def place_words(place: str) -> str:
    """Return where a terminal stands in the language in use."""
    kind, _space, number = place.partition(" ")
    if kind == "counter":
        return _("Counter {number}").format(number=number)
    return _("Reception") if kind == "reception" else _("Home")
