"""The first screen: the office, the day, what is waiting where, and where to go."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from queueapp.i18n import N_, _, ngettext
from queueapp.rules.errors import UnknownCounterError
from queueapp.rules.views import CounterView, ServiceView, StatusView
from queueapp.screens.base import QueueScreen
from queueapp.screens.helping import MOVE_KEY, propose
from queueapp.text import clean
from queueapp.widgets.clocks import day_words, minutes, minutes_since
from queueapp.widgets.lines import TicketLines, cell, row

if TYPE_CHECKING:
    from queueapp.rules.alert import Jam
    from queueapp.session import Session

DIRECT_COUNTERS = 9
_PLACES = (
    ("reception", "F5", N_("Reception"), N_("issue tickets, find a ticket")),
    ("board", "F6", N_("Board"), N_("the last calls, for the hall")),
    ("summary", "F7", N_("Summary of the day"), N_("the figures of any day")),
    ("closing", "F8", N_("Close the day"), N_("an end for everybody, and the seal")),
    ("mending", "F9", N_("To be mended"), N_("stuck tickets, after an outage")),
)
_COUNTER_STATES = {"paused": N_("paused"), "closed": N_("closed")}


class HomeScreen(QueueScreen[StatusView]):
    """Shows the hall at a glance and opens the other screens."""

    HEADING = N_("Home")
    HELP = N_("See who waits for what, and choose the screen you work with: arrows and Enter, or its key at once.")
    DEFINITIONS = N_(
        "Waiting, longest: who stands in the field's queue now. Mean wait: of the waits in that queue that a call "
        "ended today, by the clock; who still waits is not in it, so that in a rush it is too short. Served: of the "
        "numbers that the field issued today."
    )
    AUTO_FOCUS = "#places"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,r", "app.open('reception')", N_("Reception"), tooltip=N_("Issue tickets."), id="reception"),
        Binding("f6,b", "app.open('board')", N_("Board"), tooltip=N_("Show the calls to the hall."), id="board"),
        Binding("f7,s", "app.open('summary')", N_("Summary"), tooltip=N_("The figures of a day."), id="summary"),
        Binding("f8,c", "app.open('closing')", N_("Close the day"), tooltip=N_("End and seal the day."), id="closing"),
        Binding("f9,m", "app.open('mending')", N_("To be mended"), tooltip=N_("Stuck tickets."), id="mending"),
        Binding("f10,k", "app.sign_in", N_("Sign in or out"), tooltip=N_("Who works here."), id="sign-in"),
        MOVE_KEY,
        *(
            Binding(
                str(number),
                f"counter({number})",
                N_("Counter"),
                tooltip=N_("Open the counter of that number."),
                key_display=f"1–{DIRECT_COUNTERS}",
                show=number == 1,
                id=f"counter-{number}",
            )
            for number in range(1, DIRECT_COUNTERS + 1)
        ),
    ]

    def boxes(self) -> ComposeResult:
        """Build the hall and the list of places."""
        with Container(id="home"):
            with Container(id="hall"):
                yield TicketLines(id="hall-lines")
            yield OptionList(id="places", markup=False)

    async def load(self) -> StatusView:
        """Ask for the hall at a glance."""
        return await self.terminal.store.read(_status, at=self.now)

    def repaint(self) -> None:
        """Paint the places also before anything is known of the hall."""
        self._paint_places(self.answer.counters if self.answer is not None else ())
        self.query_one("#places").border_title = Content(_("Where do you work?"))
        self.query_one("#hall").border_title = Content(_("Waiting now"))
        super().repaint()

    def show(self, answer: StatusView) -> None:
        """Name the day over the hall; the lines themselves move with the clock."""
        self.query_one("#hall").border_title = Content(_("Waiting now · {day}").format(day=day_words(answer.day)))

    def tick(self, now: datetime) -> None:
        """Paint who waits for what, and for how long."""
        if self.answer is not None:
            self.query_one("#hall-lines", TicketLines).show(_hall(self.answer, now))
            self._paint_alert(self.answer)

    async def action_counter(self, number: int) -> None:
        """Open a counter, if there is one of that number."""
        numbers = [counter.number for counter in self.answer.counters] if self.answer is not None else []
        if number in numbers:
            await self.app.run_action(f"open('counter', {number})")
        else:
            known = ", ".join(str(each) for each in numbers)
            self.tell(UnknownCounterError(counter=number, known=known).message, is_warning=True)

    @work
    async def action_move(self) -> None:
        """Offer the move that helps a jammed field."""
        if self.answer is not None:
            await propose(self, self.answer.services)

    @on(OptionList.OptionSelected)
    async def go(self, event: OptionList.OptionSelected) -> None:
        """Open the place that was chosen."""
        await self.app.run_action(f"open({event.option.id})")

    def _paint_alert(self, answer: StatusView) -> None:
        """Paint the alert into the hall's lower border: there it takes no line from anything."""
        hall, jam = self.query_one("#hall"), self.terminal.jam
        words = "" if jam is None else _alert(jam, answer, hall.size.width - 4)
        if words != str(hall.border_subtitle or ""):
            hall.border_subtitle = Content(words)

    def _paint_places(self, counters: Sequence[CounterView]) -> None:
        places = [(f"'{place}'", _place(key, _(name), _(purpose))) for place, key, name, purpose in _PLACES]
        names = {field.code: field.name for field in self.answer.services} if self.answer is not None else {}
        places += [(f"'counter', {each.number}", _counter(each, names)) for each in counters]
        options = self.query_one("#places", OptionList)
        if [option.id for option in options.options] != [place for place, _words in places]:
            chosen = options.highlighted
            options.clear_options()
            options.add_options([Option(words, id=place) for place, words in places])
            options.highlighted = min(chosen or 0, len(places) - 1)
            return
        for place, words in places:
            if options.get_option(place).prompt != words:
                options.replace_option_prompt(place, words)


def _alert(jam: "Jam", answer: StatusView, width: int) -> str:
    # Imported here because the first frame needs no alert.
    from queueapp.rules.alert import still_holds  # noqa: PLC0415
    from queueapp.widgets.jam import alert_words  # noqa: PLC0415

    if not still_holds(jam, answer.services, answer.counters):
        return ""
    return alert_words(jam, answer.services, answer.office.timezone, width)


def _hall(answer: StatusView, now: datetime) -> list[Content]:
    waiting = sum(field.waiting for field in answer.services)
    if not waiting:
        first = _("Nobody is waiting.")
    else:
        first = ngettext("{count} citizen is waiting.", "{count} citizens are waiting.", waiting).format(count=waiting)
    heads = (_("Field"), _("Waiting"), _("Longest"), _("Served"), _("Mean wait"))
    return [
        *(Content.styled(notice, "bold reverse") for notice in _notices(answer)),
        Content.styled(first, "bold"),
        _line(*heads).stylize("dim"),
        *(_field(each, now) for each in answer.services),
    ]


def _notices(answer: StatusView) -> list[str]:
    """Return what should be done before the day's work."""
    said = []
    if answer.unclosed is not None:
        said.append(_("{day} was never closed: press F8 first.").format(day=day_words(answer.unclosed)))
    if answer.interrupted:
        said.append(_("{n} tickets were interrupted by an outage: press F9.").format(n=answer.interrupted))
    return said


def _field(field: ServiceView, now: datetime) -> Content:
    longest = minutes_since(field.waiting_since, now) if field.waiting_since is not None else "–"
    served = str(field.ended.get("served", 0))
    return _line(f"{field.letter} {field.name}", str(field.waiting), longest, served, minutes(field.average_wait))


def _line(name: str, waiting: str, longest: str, served: str, mean: str) -> Content:
    return row([(name, 27), (waiting, 9, "right"), (longest, 10, "right"), (served, 9, "right"), (mean, 13, "right")])


def _place(key: str, name: str, purpose: str) -> Content:
    return Content.assemble(cell(key, 4).stylize("bold"), cell(name, 20), " ", Content(clean(purpose)))


def _counter(counter: CounterView, names: dict[str, str]) -> Content:
    key = str(counter.number) if counter.number <= DIRECT_COUNTERS else ""
    name = _("Counter {number}").format(number=counter.number)
    fields = ", ".join(names.get(code, code) for code in counter.services)
    facts = [counter.clerk or "", _(_COUNTER_STATES.get(counter.state, "")) if not counter.is_open else ""]
    facts += [counter.ticket.code if counter.ticket is not None else "", fields]
    return _place(key, name, " · ".join(fact for fact in facts if fact))


def _status(session: "Session", *, at: datetime) -> StatusView:
    # Imported here, on the store's thread, because the first frame is painted before the queries are loaded.
    from queueapp.queries.hall import status  # noqa: PLC0415

    return status(session, at=at)
