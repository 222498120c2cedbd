"""The public board: who is called to which counter, large enough for a hall, in both languages at once."""

import dataclasses
from collections import deque
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from queueapp.i18n import N_, in_both, language
from queueapp.queries.hall import board
from queueapp.rules.announcing import last_told, latest_by_ticket, to_announce
from queueapp.rules.estimate_words import short_range
from queueapp.rules.stopping import is_nearly_out
from queueapp.rules.stopping_words import NEARLY_OUT, NO_MORE
from queueapp.rules.views import BoardView, CallView, CounterView, ServiceView
from queueapp.screens.base import QueueScreen
from queueapp.screens.refusing import LONGEST_SENTENCE
from queueapp.terminal import Terminal
from queueapp.text import clean
from queueapp.widgets.big import FEWEST_ROWS, BigText
from queueapp.widgets.lines import TicketLines, row

FLASH_SECONDS = 3.0
NEWS_SECONDS = 15.0
BLINK_SECONDS = 0.5
EARLIER_CALLS = 4
NUMBER, CODE, FEWEST_COLUMNS = 3, 10, 12
_NOT_FOR_THE_HALL = {"home", "palette", "quit"}
LARGE_FROM = 72  # columns for an earlier call: code, arrow, counter


class BoardScreen(QueueScreen[BoardView]):
    """Shows and rings each call once, in the order of the calls; it can change nothing."""

    HEADING = N_("Board")
    HELP = N_(
        "The hall reads here who is called to which counter. New calls flash and ring. This screen changes nothing."
    )
    MAY_WRITE = False
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._told_until = 0
        self._to_tell: deque[CallView] = deque()
        self._telling: CallView | None = None
        self._blinks = 0

    def boxes(self) -> ComposeResult:
        """Build the present call, the earlier ones, the counters and the fields."""
        with Vertical(id="now-called"):
            with Horizontal(id="now-labels"):
                yield Static(id="code-label", markup=False)
                yield Static(id="counter-label", markup=False)
            with Horizontal(id="now-figures"):
                yield BigText(id="code")
                yield BigText(id="counter")
        with Horizontal(id="below"):
            with Vertical(id="earlier"):
                yield Static(id="earlier-label", markup=False)
                for index in range(EARLIER_CALLS):
                    with Horizontal(classes="earlier-call"):
                        yield BigText(id=f"earlier-code-{index}", classes="earlier-code")
                        yield Static(id=f"earlier-arrow-{index}", classes="arrow", markup=False)
                        yield BigText(id=f"earlier-counter-{index}")
            yield TicketLines(id="at-counters")
        yield Static(id="waiting", markup=False)

    def on_mount(self) -> None:
        """Let new calls blink."""
        self.set_interval(BLINK_SECONDS, self._blink)

    def on_resize(self) -> None:
        """Fit the earlier calls into the new size."""
        if self.answer is not None:
            self.call_after_refresh(self._paint_earlier, self.answer)

    def tick(self, now: datetime) -> None:
        """Have the calls heard where the office wants it, and say once what the voice lacks for that."""
        super().tick(now)
        speaker = self.terminal.speaker
        if speaker is None or self.answer is None or not self.answer.office.is_voiced:
            return
        speaker.want(language())
        for sentence in speaker.news():
            self.notify(clean(sentence, LONGEST_SENTENCE), severity="warning", timeout=NEWS_SECONDS, markup=False)

    async def load(self) -> BoardView:
        """Ask what the hall sees."""
        return await self.terminal.store.read(board, at=self.now)

    def show(self, answer: BoardView) -> None:
        """Paint the calls; those that are new are told one after the other."""
        self._to_tell.extend(to_announce(answer.calls, self._told_until, self.now))
        self._told_until = last_told(answer.calls, self._told_until)
        if self._telling is None:
            self._tell_next()
        self._paint_present(answer)
        self._paint_earlier(answer)
        self._paint_counters(answer)
        self._paint_waiting(answer)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys; a terminal that is the hall's board shows only those that the hall may press."""
        known = super().active_bindings
        if not getattr(self.app, "is_kiosk", False):
            return known
        return {
            key: active._replace(binding=dataclasses.replace(active.binding, show=False))
            if active.binding.id in _NOT_FOR_THE_HALL
            else active
            for key, active in known.items()
        }

    @property
    def heard(self) -> CallView | None:
        """The call that is being told at this moment."""
        return self._telling

    def _tell_next(self) -> None:
        self._telling = self._to_tell.popleft() if self._to_tell else None
        if self._telling is not None:
            self.app.bell()
            self._blinks = round(FLASH_SECONDS / BLINK_SECONDS)

    def _blink(self) -> None:
        if self._telling is None:
            return
        self._blinks -= 1
        self.query_one("#now-called").set_class(self._blinks % 2 == 1, "-flash")
        if self._blinks == 0:
            self.finish_telling()

    def finish_telling(self) -> None:
        """End the call that is being told, and tell the next."""
        self._blinks = 0
        self.query_one("#now-called").set_class(False, "-flash")
        self._tell_next()
        if self.answer is not None:
            self._paint_present(self.answer)
            self._paint_earlier(self.answer)

    def _shown(self, answer: BoardView) -> CallView | None:
        if self._telling is not None:
            return self._telling
        latest = latest_by_ticket(answer.calls, 1)
        return latest[0] if latest else None

    def _paint_present(self, answer: BoardView) -> None:
        call = self._shown(answer)
        self.query_one("#code-label", Static).update(
            Content(_both(N_("Now calling number") if call else N_("Welcome")))
        )
        self.query_one("#counter-label", Static).update(Content(_both(N_("to counter")) if call else ""))
        self.query_one("#code", BigText).show(call.code if call else "–")
        self.query_one("#counter", BigText).show(str(call.counter) if call else "")
        self.query_one("#now-called").set_class(call is None, "-empty")

    def _paint_earlier(self, answer: BoardView) -> None:
        present = self._shown(answer)
        earlier = [call for call in latest_by_ticket(answer.calls, EARLIER_CALLS + 1) if not _is_same(call, present)][
            :EARLIER_CALLS
        ]
        self.query_one("#earlier-label", Static).update(
            Content(_both(N_("Called before") if answer.calls else N_("Nobody has been called yet today.")))
        )
        shown = self._rows_for_earlier()
        for index, box in enumerate(self.query(".earlier-call")):
            box.display = index < (shown or EARLIER_CALLS)
            box.set_class(not shown, "-plain")
            call = earlier[index] if index < len(earlier) else None
            self.query_one(f"#earlier-code-{index}", BigText).show(call.code if call else "")
            self.query_one(f"#earlier-counter-{index}", BigText).show(str(call.counter) if call else "")
            self.query_one(f"#earlier-arrow-{index}", Static).update("→" if call else "")

    def _rows_for_earlier(self) -> int:
        """Return how many earlier calls have room to be large; none where plain letters are easier to read."""
        size = self.query_one("#earlier").size
        return min(EARLIER_CALLS, (size.height - 1) // FEWEST_ROWS) if size.width >= LARGE_FROM else 0

    def _paint_counters(self, answer: BoardView) -> None:
        services = {service.code: service for service in answer.services}
        head = Content.styled(_both(N_("Counters")), "bold")
        lines = [self._counter_line(counter, services) for counter in answer.counters]
        self.query_one("#at-counters", TicketLines).show([head, *lines])

    def _counter_line(self, counter: CounterView, services: dict[str, ServiceView]) -> Content:
        fields = ", ".join(_names(services[code]) for code in counter.services if code in services)
        room = max(FEWEST_COLUMNS, self.query_one("#at-counters").size.width - NUMBER - CODE - 2)
        said = Content.styled(clean(self._present_at(counter)), "bold")
        return row([(str(counter.number), NUMBER, "right"), (said, CODE), (fields, room)])

    def _present_at(self, counter: CounterView) -> str:
        if counter.ticket is not None:
            return counter.ticket.code
        if counter.is_open:
            return "–"
        return in_both(N_("paused") if counter.state == "paused" else N_("closed"))[0]

    def _paint_waiting(self, answer: BoardView) -> None:
        waiting = " · ".join(f"{_names(service)}: {service.waiting}{_wait(service)}" for service in answer.services)
        head = _both(N_("Waiting"))
        self.query_one("#waiting", Static).update(Content(f"{head} – {clean(waiting, 500)}"))


def _is_same(call: CallView, present: CallView | None) -> bool:
    """Whether two calls are of one ticket, which is then shown as the present one only."""
    return present is not None and call.code == present.code


def _wait(service: ServiceView) -> str:
    """Return how long the next ticket of a field would wait, in figures that both languages read alike, or no more."""
    if service.stop is not None and service.stop.light == "red":
        return f" ✗ {_both(NO_MORE).upper()}"
    if is_nearly_out(service.stop, service.room):
        return f" ! {_both(NEARLY_OUT)}"
    return f" ({short_range(service.expected)} min)" if service.expected is not None else ""


def _both(message: str) -> str:
    return " / ".join(in_both(message))


def _names(service: ServiceView) -> str:
    return f"{service.name_vi} / {service.name_en}"
