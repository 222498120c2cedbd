"""Reception: one key per field issues a ticket, and every ticket of the day can be found."""

from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content

from queueapp.i18n import N_, _, ngettext
from queueapp.operations.issuing import MOST_DOSSIERS, issue
from queueapp.operations.papers import precheck
from queueapp.operations.vouchers import voucher_service
from queueapp.paper.paper_slips import missing_slip, needed_slip
from queueapp.paper.slip import as_text, slip
from queueapp.paper.voucher_slips import voucher_lines
from queueapp.queries.hall import reception
from queueapp.rules.alert import still_holds
from queueapp.rules.errors import NoMoreNumbersError
from queueapp.rules.procedures import ProcedureView, late_words, missing_of
from queueapp.rules.views import Answer, ReceptionView, ServiceView
from queueapp.screens.dialogs import Ask, Choose
from queueapp.screens.found import FoundScreen
from queueapp.screens.helping import MOVE_KEY, propose
from queueapp.screens.papers import hand_over, look_at_papers
from queueapp.screens.procedures import Looked
from queueapp.terminal import Terminal
from queueapp.text import clean
from queueapp.widgets.big import BigText
from queueapp.widgets.jam import alert_words
from queueapp.widgets.ledger import field_lines, latest_lines, unclosed_words
from queueapp.widgets.lines import Notice, TicketLines, Words
from queueapp.widgets.prints import print_words

MOST_FIELDS = 9
FIRST_FUNCTION_KEY = 4  # the first field is F5
LAST_FUNCTION_KEY = 8


def _key(place: int) -> str:
    function = FIRST_FUNCTION_KEY + place
    return f"f{function},{place}" if function <= LAST_FUNCTION_KEY else str(place)


class ReceptionScreen(FoundScreen):
    """Issues tickets, shows the slip at once, finds, voids."""

    HEADING = N_("Reception")
    HELP = N_(
        "One key issues a ticket of a field. Choose priority or the number of dossiers first if there is any: they "
        "hold for the next ticket only."
    )
    DEFINITIONS = N_(
        "Wait: who stands in the field's queue now; here: at a counter. Next waits: how long the next ordinary ticket "
        "will wait, so that eight of ten are called within the range; the ticket (F3) says why. A dash: too little is "
        "known yet. Room: ✓ the next ticket is done before closing even if it takes longer, ? as expected "
        "it is, ✗ it is not: no more numbers; ~ how many more are expected to be done. Issued today: what became of "
        "each number that the field issued."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                _key(place),
                f"issue({place})",
                N_("Issue"),
                tooltip=N_("Issue a ticket of this field."),
                id=f"issue-{place}",
            )
            for place in range(1, MOST_FIELDS + 1)
        ),
        Binding(
            "ctrl+f,t",
            "procedure",
            N_("Procedure, papers"),
            tooltip=N_("Search a procedure, look at the papers; then a ticket, or a slip of what is missing."),
            id="procedure",
        ),
        Binding(
            "f4,p",
            "priority",
            N_("Priority"),
            tooltip=N_("Priority for the next ticket, for a reason."),
            id="priority",
        ),
        Binding(
            "f9,h",
            "dossiers",
            N_("Dossiers"),
            tooltip=N_("Say how many dossiers come with the next ticket."),
            id="dossiers",
        ),
        Binding(
            "f3,f,slash", "find", N_("Find ticket"), tooltip=N_("Where is my number? Its state and history."), id="find"
        ),
        Binding("f11,v", "void", N_("Void"), tooltip=N_("Declare a ticket void, for a reason."), id="void"),
        Binding("f12,l", "leave", N_("Left"), tooltip=N_("A citizen who waits went away."), id="leave"),
        Binding(
            "ctrl+n,d",
            "postpone",
            N_("Another day"),
            tooltip=N_("Somebody who waits comes again another day, with a voucher."),
            id="postpone",
        ),
        Binding("f10,g", "voucher", N_("Voucher"), tooltip=N_("Somebody comes who was carried over."), id="voucher"),
        Binding(
            "ctrl+z,z", "undo", N_("Undo"), tooltip=N_("Take back what was done last with the last ticket."), id="undo"
        ),
        Binding("n", "name", N_("Name"), tooltip=N_("The citizen's name, where the office keeps names."), id="name"),
        *FoundScreen.PAPER_KEYS,
        MOVE_KEY,
        Binding("plus", "more(1)", N_("One dossier more"), show=False, id="more"),
        Binding("minus", "more(-1)", N_("One dossier less"), show=False, id="less"),
        Binding(
            "escape", "back", N_("Drop"), tooltip=N_("Drop priority and dossiers; without them, go home."), show=False
        ),
    ]

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._priority: str | None = None
        self._dossiers = 1
        self._citizen = ""

    def boxes(self) -> ComposeResult:
        """Build the fields, the next ticket, the slip, the latest tickets."""
        yield Notice(id="notice")
        yield Notice(id="prints")
        yield TicketLines(id="fields")
        yield Words(id="next")
        with Horizontal(id="papers"):
            with Vertical(id="slip-box"):
                yield BigText(id="slip-code")
                yield Words(id="slip")
            with Vertical(id="latest-box"):
                yield TicketLines(id="latest", is_fixed=True)

    async def load(self) -> ReceptionView:
        """Ask for the hall and the latest tickets."""
        await self.print_unasked()
        return await self.terminal.store.read(reception, at=self.now)

    def show(self, answer: ReceptionView) -> None:
        """Paint the ledger, the next ticket and the slip; the latest tickets move with the clock."""
        self.query_one("#notice", Notice).show(unclosed_words(answer.status.unclosed))
        self.query_one("#prints", Notice).show(print_words(answer.prints))
        self._paint_fields(answer)
        self._paint_next(answer)
        self._paint_slip(answer)
        self.query_one("#slip-box").border_title = Content(_("The slip"))
        self.query_one("#latest-box").border_title = Content(_("Latest tickets"))

    def tick(self, now: datetime) -> None:
        """Let the waiting times move."""
        if self.answer is not None:
            self.query_one("#latest", TicketLines).show(
                latest_lines(self.answer, now, self.query_one("#latest-box").content_size)
            )
            self._paint_next(self.answer)

    def can(self, action: str) -> bool | str:
        """Say why no name is asked for."""
        if action == "name" and (self.answer is None or not self.answer.office.keeps_names):
            return _("This office keeps no names. An administrator can turn it on in the settings.")
        return super().can(action)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys, the issuing ones with the name of their field."""
        return {
            key: active._replace(binding=self._named(active.binding)) for key, active in super().active_bindings.items()
        }

    @work
    async def action_issue(self, place: int) -> None:
        """Issue a ticket of the field at this place, and show its slip."""
        field = self._field(place)
        if field is None:
            self.tell(_("There is no field {n} here.").format(n=place), is_warning=True)
            return
        with self.reporting():
            await self._issue(field.code)

    async def _issue(self, service: str, procedure: str | None = None) -> None:
        wish = {"priority": self._priority, "dossiers": self._dossiers, "name": self._citizen or None}
        done = await self._issue_or_offer(service=service, procedure=procedure, **wish)
        if done is None:
            return
        self._priority, self._dossiers, self._citizen = None, 1, ""
        await self._hand_out(done)

    async def _issue_or_offer(self, **wish: Any) -> Answer | None:
        """Issue a ticket; where the day can carry no more, offer another day, or a supervisor's reason (QueueError)."""
        try:
            return await self.write(issue, **wish)
        except NoMoreNumbersError as error:
            choices = [
                ("postpone", _("Another day: a number with a voucher")),
                ("override", _("Issue it all the same, for a reason (supervisor)")),
            ]
            chosen = await self.app.push_screen_wait(Choose(error.message, choices))
        if chosen == "postpone":
            return await self.write(issue, postpone=True, **wish)
        reason = await self.app.push_screen_wait(Ask(_("Why? It is written down."))) if chosen else None
        return None if reason is None else await self.write(issue, override=reason, **wish)

    async def _hand_out(self, done: Answer) -> None:
        """Show and print what the citizen takes along: the slip, or the voucher for another day."""
        if done.vouchers:
            await self.hand_voucher(done)
            self._repaint_next()
            return
        self._issued = done.ticket
        self._touched = done.ticket.code if done.ticket is not None else None
        self._repaint_next()
        await self.print_slip(done.ticket)

    @work
    async def action_procedure(self) -> None:
        """Search a procedure and look at the papers; then issue a ticket, or the slip of what is missing."""
        if self.answer is None:
            return
        with self.reporting():
            services = self.answer.status.services
            asked = await look_at_papers(self, services)
            if asked is None or asked.procedure is None:
                return
            if asked.looked.verb in {"print", "list"}:
                await self._hand_papers(asked.procedure, asked.looked)
                return
            service = asked.procedure.service
            if service is None:
                question = _("Which field?")
                choices = [(each.code, each.name) for each in services]
                service = await self.app.push_screen_wait(Choose(question, choices))
            if service is not None:
                await self._issue(service, asked.procedure.code)
                if asked.late_after is not None:
                    self.tell(late_words(asked.late_after), is_warning=True)

    async def _hand_papers(self, procedure: ProcedureView, looked: Looked) -> None:
        """Print what is missing, and count it; where nothing was looked at, print what is needed, and count nothing."""
        if self.answer is None:
            return
        office, now = self.answer.office, self.now
        words = _("For the citizen. No number was used.")
        if looked.verb == "list":
            await hand_over(self, words, "missing", office, partial(needed_slip, procedure, office, now))
            return
        missing = missing_of(procedure, looked.papers, looked.lacking)
        await self.write(precheck, procedure=procedure.code, missing=missing)
        self._touched = None  # that is of no ticket, and not taken back
        await hand_over(self, words, "missing", office, partial(missing_slip, procedure, missing, office, now))

    @work
    async def action_priority(self) -> None:
        """Ask for which reason the next ticket has priority."""
        if self.answer is None:
            return
        if not self.answer.office.priorities:
            self.tell(_("The office has no reasons for priority on its list."), is_warning=True)
            return
        answers = [(each.code, each.name) for each in self.answer.office.priorities]
        chosen = await self.app.push_screen_wait(Choose(_("Priority for the next ticket: why?"), answers))
        if chosen is not None:
            self._priority = chosen
            self._repaint_next()

    @work
    async def action_dossiers(self) -> None:
        """Ask how many dossiers come with the next ticket."""
        typed = await self.app.push_screen_wait(
            Ask(_("How many dossiers with the next ticket?"), value=str(self._dossiers))
        )
        if typed is None:
            return
        if typed.isdecimal() and 1 <= int(typed) <= MOST_DOSSIERS:
            self._dossiers = int(typed)
            self._repaint_next()
        else:
            self.tell(
                _("The number of dossiers is a whole number from 1 to {most}.").format(most=MOST_DOSSIERS),
                is_warning=True,
            )

    @work
    async def action_name(self) -> None:
        """Ask for the name that goes with the next ticket."""
        typed = await self.app.push_screen_wait(Ask(_("The citizen's name?"), value=self._citizen, is_required=False))
        if typed is not None:
            self._citizen = typed
            self._repaint_next()

    @work
    async def action_move(self) -> None:
        """Offer the move that helps a jammed field."""
        if self.answer is not None:
            await propose(self, self.answer.status.services)

    def action_more(self, change: int) -> None:
        """Count one dossier more or less with the next ticket."""
        self._dossiers = min(MOST_DOSSIERS, max(1, self._dossiers + change))
        self._repaint_next()

    @work
    async def action_voucher(self) -> None:
        """Ask for a voucher, and issue the ticket that is called before new ones."""
        code = await self.app.push_screen_wait(Ask(_("Which voucher? It begins with V-."), "V-"))
        if code is not None:
            with self.reporting():
                service = await self.terminal.store.read(voucher_service, code, at=self.now)
                done = await self._issue_or_offer(service=service, voucher=code)
                if done is not None:
                    await self._hand_out(done)

    async def action_back(self) -> None:
        """Drop what was chosen for the next ticket; where there is nothing, go home."""
        if self._priority is None and self._dossiers == 1 and not self._citizen:
            await self.app.run_action("open('home')")
        else:
            self._priority, self._dossiers, self._citizen = None, 1, ""
            self._repaint_next()

    def _field(self, place: int) -> ServiceView | None:
        fields = self.answer.status.services if self.answer is not None else ()
        return fields[place - 1] if place <= len(fields) else None

    def _named(self, binding: Binding) -> Binding:
        if not binding.action.startswith("issue("):
            return binding
        field = self._field(int(binding.action[6:-1]))
        if field is None:
            return Binding(binding.key, binding.action, binding.description, show=False)
        return Binding(
            binding.key,
            binding.action,
            field.name,
            key_display=binding.key_display,
            tooltip=binding.tooltip,
            id=binding.id,
        )

    def _repaint_next(self) -> None:
        if self.answer is not None:
            self._paint_next(self.answer)
            self._paint_slip(self.answer)

    def _paint_fields(self, answer: ReceptionView) -> None:
        keys = [_key(place).partition(",")[0].upper() for place in range(1, len(answer.status.services) + 1)]
        self.query_one("#fields", TicketLines).show(field_lines(answer, keys, self.size.width))

    def _paint_next(self, answer: ReceptionView) -> None:
        chosen = []
        if self._priority is not None:
            named = {priority.code: priority.name for priority in answer.office.priorities}
            chosen.append(_("PRIORITY: {reason}").format(reason=named.get(self._priority, self._priority)))
        if self._dossiers > 1:
            chosen.append(ngettext("{n} dossier", "{n} dossiers", self._dossiers).format(n=self._dossiers))
        if self._citizen:
            chosen.append(clean(self._citizen))
        words = " · ".join([*chosen, _("(Esc drops it)")]) if chosen else _("ordinary, one dossier")
        line = self.query_one("#next", Words)
        line.set_class(bool(chosen), "-chosen")
        said = None if chosen else self._alert(answer, line.content_size.width) or self._doubt()
        line.show(said or _("Next ticket: {words}").format(words=words))

    def _doubt(self) -> Content | None:
        """Return that the ticket just issued may not be served today; it covers nothing, and holds nobody up."""
        if self._issued is None or self._issued.state != "waiting" or self._issued.light not in {"amber", "red"}:
            return None
        words = _("{code}: not sure to be served today. Ctrl+N offers another day.")
        return Content.styled(words.format(code=self._issued.code), "bold")

    def _alert(self, answer: ReceptionView, width: int) -> Content | None:
        """Return the ordinary next ticket in short and the alert behind it; it takes no line of its own."""
        jam, status = self.terminal.jam, answer.status
        if jam is None or not still_holds(jam, status.services, status.counters):
            return None
        before = _("Next: ordinary · ")
        room = width - Content(before).cell_length
        words = alert_words(jam, status.services, status.office.timezone, room)
        return Content.assemble(before, Content.styled(words, "bold"))

    def _paint_slip(self, answer: ReceptionView) -> None:
        fields = {field.code: field for field in answer.status.services}
        if self._issued is None or self._issued.issued_for not in fields:
            self.query_one("#slip-code", BigText).show("")
            self.query_one("#slip", Words).show(_("Press a field's key: the slip is shown here."))
            return
        field = fields[self._issued.issued_for]
        lines = voucher_lines(self._issued, answer.office, field) or slip(self._issued, answer.office, field)
        self.query_one("#slip-code", BigText).show(self._issued.code)
        self.query_one("#slip", Words).show(Content(as_text(lines)))
