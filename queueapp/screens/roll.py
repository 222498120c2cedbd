"""A form for the numbers of the paper roll: one after the other, as quickly as they were noted."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid
from textual.widgets import Input, Static

from queueapp.i18n import N_, _
from queueapp.rules.errors import QueueError
from queueapp.screens.dialogs import Dialog
from queueapp.text import clean
from queueapp.widgets.clocks import day_digits
from queueapp.widgets.inputs import TextBox

_NUMBER = re.compile(r"([^\W\d_]{1,2})[\s-]*([0-9]{1,6})")
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})(?:[/.-]([0-9]{4}))?")
_KEPT = ("day", "counter")  # mostly the same for the next number
_ENDS = {"": None, "v": "no_show", "b": "left"}
# What is asked, in the order in which it happened; the name of the operation's parameter.
_LINES = (
    ("day", N_("Day"), ""),
    ("number", N_("Number"), "D-901"),
    ("issued", N_("Taken at"), "8:05"),
    ("called", N_("Called at"), ""),
    ("started", N_("Began at"), ""),
    ("ended", N_("Ended at"), ""),
    ("counter", N_("Counter"), ""),
    ("end", N_("End"), ""),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What was noted of one number: the letter of its field, and what is given to the operation."""

    letter: str
    given: dict[str, Any]


class RollDialog(Dialog[None]):
    """Takes one number after the other until it is left; each that was taken is safe."""

    AUTO_FOCUS = "#roll-number"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", N_("Next line, at the end: key in"), key_display="Enter"),
        Binding("f12", "take", N_("Key in"), tooltip=N_("Key in what is written so far.")),
        Binding("escape", "leave", N_("Close")),
    ]

    def __init__(self, enter: Callable[[Entry], Awaitable[str]], today: date) -> None:
        question = _(
            "A number of the paper roll, with the times on the paper. Leave out what was not noted. End: empty = "
            "served, or still waiting where only the first time is known; V = absent; B = went away."
        )
        super().__init__(question)
        self._enter = enter
        self._today = today
        self._count = 0
        self._is_taking = False

    def boxes(self) -> ComposeResult:
        """Build the lines to write on."""
        with Grid(id="roll"):
            for name, label, example in _LINES:
                yield Static(_(label), markup=False)
                value = day_digits(self._today) if name == "day" else ""
                yield TextBox(value, placeholder=example, max_length=20, id=f"roll-{name}")
        yield Static(id="taken", markup=False)
        yield Static(id="missing", markup=False)

    @on(Input.Submitted)
    def action_go_on(self) -> None:
        """Go to the next line; from the last one, key in."""
        boxes = list(self.query(TextBox))
        place = next((place for place, box in enumerate(boxes) if box.has_focus), 0)
        if place + 1 < len(boxes):
            self.set_focus(boxes[place + 1])
        else:
            self.action_take()

    @work
    async def action_take(self) -> None:
        """Key in what is written, and begin the next number."""
        if self._is_taking or not self.is_active:
            return
        entry = self._entry()
        if isinstance(entry, str):
            self._say(entry)
            return
        self._is_taking = True
        try:
            taken = await self._enter(entry)
        except QueueError as error:
            self._say(error.message)
        else:
            self._begin_next(entry, taken)
        finally:
            self._is_taking = False

    def action_leave(self) -> None:
        """Close the form."""
        self.dismiss(None)

    def _entry(self) -> Entry | str:
        """Return what is written, or what is wrong with it."""
        said = {name: clean(self.query_one(f"#roll-{name}", TextBox).value) for name, _label, _example in _LINES}
        day = self._day(said["day"])
        if day is None:
            return _("Write the day such as {day}.").format(day=day_digits(self._today))
        number = _NUMBER.fullmatch(said["number"])
        if number is None:
            return _("Write the number as on the paper, such as D-901.")
        if said["counter"] and not said["counter"].isdecimal():
            return _("The counter is a number.")
        if said["end"].lower() not in _ENDS:
            return _("The end is empty, V or B.")
        given: dict[str, Any] = {name: said[name] or None for name in ("called", "started", "ended")}
        given |= {"day": day, "number": int(number[2]), "issued": said["issued"], "end": _ENDS[said["end"].lower()]}
        given["counter"] = int(said["counter"]) if said["counter"] else None
        return Entry(number[1].upper(), given)

    def _begin_next(self, entry: Entry, taken: str) -> None:
        """Empty the lines; the next number follows the one before, the counter is mostly the same."""
        self._count += 1
        self._say("")
        words = _("Keyed in: {ticket}. {n} so far.").format(ticket=taken, n=self._count)
        self.query_one("#taken", Static).update(clean(words, 200))
        for name, _label, _example in _LINES:
            if name not in _KEPT:
                self.query_one(f"#roll-{name}", TextBox).value = ""
        self.query_one("#roll-number", TextBox).value = f"{entry.letter}-{entry.given['number'] + 1:03}"
        self.set_focus(self.query_one("#roll-issued", TextBox))

    def _day(self, said: str) -> date | None:
        """Return the day that is written, today where none is; without a year the last such day."""
        parts = _DAY.fullmatch(said)
        if parts is None:
            return None if said else self._today
        try:
            day = date(int(parts[3] or self._today.year), int(parts[2]), int(parts[1]))
            return day if parts[3] or day <= self._today else day.replace(year=day.year - 1)
        except ValueError:
            return None

    def _say(self, sentence: str) -> None:
        self.query_one("#missing", Static).update(clean(sentence, 300))
