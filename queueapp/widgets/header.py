"""The first line of every screen: the office, where one is, the date and the time."""

from collections.abc import Iterable
from datetime import datetime

from textual.content import Content
from textual.widget import Widget

from queueapp.clock import business_day
from queueapp.i18n import _
from queueapp.rules.views import OfficeView
from queueapp.text import clean
from queueapp.widgets.clocks import day_digits, hh_mm_ss


class HeaderLine(Widget):
    """One line: office · title · date and clock, in the office's time; an exercise says so in words."""

    COMPONENT_CLASSES = {"headerline--training", "headerline--title", "headerline--clock"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self._office: OfficeView | None = None
        self._title = ""
        self._staff: str | None = None
        self._is_practice = False
        self._now: datetime | None = None

    def show(
        self,
        office: OfficeView | None,
        title: str,
        now: datetime,
        staff: str | None = None,
        *,
        is_practice: bool = False,
    ) -> None:
        """Paint the line; the clock waits until the office, and so its time zone, is known."""
        self._staff, self._is_practice = staff, is_practice
        self._office, self._title, self._now = office, clean(title), now
        self.set_class(is_practice or (office is not None and office.is_training), "-training")
        self.refresh()

    def show_time(self, now: datetime) -> None:
        """Move the clock."""
        self._now = now
        self.refresh()

    def render(self) -> Content:
        """Draw the line; where it is too narrow the office's name gives way first, then the title."""
        clock = Content.styled(f" {self._clock()} ", self.get_visual_style("headerline--clock"))
        signs = self._painted(f" {word} " for word in self._signs())
        room = self.size.width - clock.cell_length
        if signs.cell_length > room:
            signs = self._painted(f" {word}" for word in self._signs())
        title = Content.styled(f" {self._title} ", self.get_visual_style("headerline--title"))
        title = title.truncate(max(0, room - signs.cell_length), ellipsis=True)
        name = Content(f" {clean(self._office.name)} " if self._office is not None else " queueapp ")
        name = name.truncate(max(0, room - signs.cell_length - title.cell_length), ellipsis=True, pad=True)
        return Content.assemble(signs, name, title, clock).truncate(self.size.width)

    def _painted(self, words: Iterable[str]) -> Content:
        # The hall reads the board: there the signs are small.
        style = self.get_visual_style("headerline--clock" if self._is_public else "headerline--training")
        return Content.assemble(*(Content.styled(word, style) for word in words))

    @property
    def _is_public(self) -> bool:
        return not getattr(self.screen, "MAY_WRITE", True)

    def _signs(self) -> list[str]:
        """Return what everybody must know on every screen: an exercise, a clock that jumped, who may work here."""
        if self._is_practice:  # from the first frame on: nobody may take it for the real day
            return [_("PRACTICE")]
        if self._office is None:
            return []
        said = [_("TRAINING")] if self._office.is_training else []
        if self._office.clock_minutes:
            said.append(_("CLOCK OFF {minutes} min").format(minutes=f"{self._office.clock_minutes:+d}"))
        if not self._office.is_guarded:
            said.append(_("open: no sign-in"))
        elif self._staff:
            said.append(self._staff)
        elif not self._is_public:  # nobody signs in at a board
            said.append(_("NOT SIGNED IN: Ctrl+L"))
        return [clean(word, 40) for word in said]

    def _clock(self) -> str:
        if self._office is None or self._now is None:
            return ""
        timezone = self._office.timezone
        return f"{day_digits(business_day(self._now, timezone))} {hh_mm_ss(self._now, timezone)}"
