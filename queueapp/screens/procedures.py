"""Asks which papers of a procedure somebody has, or lacks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from queueapp.i18n import N_, _
from queueapp.rules.catalogue_views import ProcedureMissing
from queueapp.rules.procedures import ProcedureView, missing_of, parted
from queueapp.screens.dialogs import Dialog
from queueapp.text import clean, fold
from queueapp.widgets.inputs import TextBox
from queueapp.widgets.lines import TicketLines
from queueapp.widgets.procedure import NOT_NEEDED, basis_lines, boxed, fact_lines, often_missing

LONGEST_PAPERS = 300


@dataclass(frozen=True, slots=True)
class Looked:
    """What is to be done after papers were looked at (issue, print, list, finish), and which papers were marked.

    `lacking` are those said to be missing that not everybody needs.
    """

    verb: str
    papers: tuple[str, ...]
    lacking: tuple[str, ...] = ()


class _Papers(Dialog[Looked | None]):
    """The papers of a procedure with boxes to tick, those to submit apart from those only to show."""

    SIGN: ClassVar[str] = "✓"
    AUTO_FOCUS = "#papers-list"

    def __init__(
        self,
        question: str,
        papers: Sequence[tuple[str, Sequence[str]]],
        missing: ProcedureMissing | None = None,
    ) -> None:
        super().__init__(question)
        self._groups = tuple((title, tuple(group)) for title, group in papers)
        self._often = often_missing(missing)
        self._ticked: set[str] = set()

    def listed(self) -> OptionList:
        """Return the list of papers: a title and its papers, a title and its papers."""
        options = []
        for title, papers in self._groups:
            options.append(Option(Content.styled(title, "bold underline"), disabled=True))
            options += [Option(self._line(paper), id=f"paper-{self._place(paper)}") for paper in papers]
        return OptionList(*options, markup=False, id="papers-list")

    @property
    def papers(self) -> tuple[str, ...]:
        """All papers, in the order in which they are shown."""
        return tuple(paper for _title, papers in self._groups for paper in papers)

    @property
    def ticks(self) -> tuple[str, ...]:
        """The papers that are ticked, in their order."""
        return tuple(paper for paper in self.papers if paper in self._ticked)

    def _place(self, paper: str) -> int:
        return self.papers.index(paper)

    def _line(self, paper: str) -> Content:
        often = self._often.get(fold(paper), 0)
        return boxed(paper, self.sign_of(paper), often=often)

    def sign_of(self, paper: str) -> str:
        """Return what stands in the box of a paper."""
        return self.SIGN if paper in self._ticked else " "

    def mark(self, paper: str) -> None:
        """Tick a paper, or take its tick away."""
        self._ticked ^= {paper}

    def action_tick(self) -> None:
        """Tick the paper under the cursor, or take its tick away, and go on to the next."""
        options = self.query_one("#papers-list", OptionList)
        at = options.highlighted
        if at is None:
            return
        paper = self.papers[int(str(options.get_option_at_index(at).id).removeprefix("paper-"))]
        self.mark(paper)
        options.replace_option_prompt_at_index(at, self._line(paper))
        if paper in self._ticked and self._place(paper) < len(self.papers) - 1:
            options.action_cursor_down()

    @on(OptionList.OptionSelected)
    def click(self) -> None:
        """Tick what was clicked."""
        self.action_tick()


class ProcedureDialog(_Papers):
    """A procedure: what it asks and costs; the receptionist ticks the papers that the citizen has.

    A paper that not everybody needs begins as not needed; the same key goes on to had, to missing, and back.
    """

    HELP = N_(
        "What a procedure asks and costs. Tick what the citizen has, then issue a ticket or print what is missing. "
        "[–] is a paper that not everybody needs: it counts as missing only once you mark it so."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", N_("Has it"), tooltip=N_("The citizen has this paper, or has not.")),
        # No letters here: whoever goes on typing a search must not issue a number by it.
        Binding("f5", "answer('issue')", N_("Issue"), tooltip=N_("Issue a ticket with this procedure."), id="issue"),
        Binding(
            "f9",
            "answer('print')",
            N_("Slip of what is missing"),
            tooltip=N_("Print what is missing; no number is used up."),
            id="print",
        ),
        Binding("tab", "app.focus_next", N_("Basis, source"), key_display="Tab"),
        Binding("escape", "give_up", N_("Back to the search"), key_display="Esc"),
    ]

    def __init__(
        self,
        procedure: ProcedureView,
        field: str,
        *,
        missing: ProcedureMissing | None = None,
        late_after: str | None = None,
    ) -> None:
        super().__init__(f"{procedure.name} ({procedure.code})", _titled(procedure), missing)
        self._procedure = procedure
        self._conditional = frozenset(paper.text for paper in procedure.papers if paper.is_conditional)
        self._lacking: set[str] = set()
        self._facts = (field, missing, late_after)

    def boxes(self) -> ComposeResult:
        """Build the facts, the papers, where it is written."""
        yield TicketLines(id="facts")
        yield self.listed()
        with VerticalScroll(id="basis"):
            yield TicketLines(id="basis-lines")

    def repaint(self) -> None:
        """Paint the facts in the language in use."""
        super().repaint()
        lines = fact_lines(self._procedure, *self._facts)
        if not self._procedure.papers:
            lines.append(Content.styled(_("Which papers it needs is not on the list: ask the clerk."), "bold"))
        self.query_one("#facts", TicketLines).show(lines)
        self.query_one("#basis-lines", TicketLines).show(basis_lines(self._procedure))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out the slip where no papers are known, or none is missing."""
        is_idle = action == "tick" and not self.papers
        is_complete = action == "answer" and parameters == ("print",) and not self._missing
        return None if is_idle or is_complete else super().check_action(action, parameters)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys; where nothing is marked yet, the slip is a list of what is needed."""
        active = super().active_bindings
        if not self._ticked and not self._lacking:
            for key in {"f9"} & active.keys():
                binding = replace(active[key].binding, description=_("List of papers"))
                tooltip = _("Print which papers are needed; nothing is counted, no number is used up.")
                active[key] = active[key]._replace(binding=binding, tooltip=tooltip)
        return active

    def refusal(self) -> str:
        """Say why there is no slip."""
        if not self.papers:
            return _("Which papers it needs is not on the list: ask the clerk.")
        return _("Nothing is missing: issue a ticket (F5).")

    def action_tick(self) -> None:
        """Tick, and let the keys follow."""
        super().action_tick()
        self.refresh_bindings()
        self.repaint()

    def sign_of(self, paper: str) -> str:
        """Return what stands in the box of a paper: also that it is not needed."""
        is_unneeded = paper in self._conditional - self._ticked - self._lacking
        return NOT_NEEDED if is_unneeded else super().sign_of(paper)

    def mark(self, paper: str) -> None:
        """Tick a paper, or take its tick away; one that not everybody needs is then missing, and then not needed."""
        if paper in self._lacking:
            self._lacking.discard(paper)
            return
        if paper in self._ticked & self._conditional:
            self._lacking.add(paper)
        super().mark(paper)

    @property
    def _missing(self) -> tuple[str, ...]:
        return missing_of(self._procedure, self._ticked, self._lacking)

    def action_answer(self, verb: str) -> None:
        """Answer what is to be done; where nothing was marked, what is printed is a list of all papers."""
        is_list = verb == "print" and not self._ticked and not self._lacking
        lacking = tuple(paper for paper in self.papers if paper in self._lacking)
        self.dismiss(Looked("list" if is_list else verb, self.ticks, lacking))

    def action_give_up(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


class MissingDialog(_Papers):
    """Which papers a citizen at a counter lacks: of the procedure's, and others in words."""

    SIGN: ClassVar[str] = "✗"
    HELP = N_("Mark every paper that is missing: the visit ends with them, they are counted, and the slip lists them.")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", N_("Is missing"), tooltip=N_("This paper is missing, or is not.")),
        Binding("tab", "app.focus_next", N_("Another paper"), key_display="Tab"),
        Binding("f7", "answer", N_("Finish: papers missing"), tooltip=N_("End the service; what is marked is kept.")),
        Binding("escape", "give_up", N_("Cancel")),
    ]

    def __init__(self, code: str, procedure: ProcedureView | None, *, missing: ProcedureMissing | None = None) -> None:
        question = _("{code}: which papers are missing?").format(code=code)
        if procedure is None:
            super().__init__(question, ())
            return
        super().__init__(f"{question} {procedure.name}", _titled(procedure), missing)

    def boxes(self) -> ComposeResult:
        """Build the papers, and a line for others."""
        if self.papers:
            yield self.listed()
        yield TextBox(placeholder=_("Another paper; several parted by ;"), max_length=LONGEST_PAPERS)
        yield TicketLines(id="missing")

    def on_mount(self) -> None:
        """Begin at the papers; where none are known, at the line."""
        if not self.papers:
            self.query_one(TextBox).focus()

    @on(Input.Submitted)
    def action_answer(self) -> None:
        """Answer what is missing, or say that something must be named."""
        if not self.is_active:
            return
        others = [part for text in self.query_one(TextBox).value.split(";") if (part := clean(text, LONGEST_PAPERS))]
        named = tuple(dict.fromkeys((*self.ticks, *others)))
        if named:
            self.dismiss(Looked("finish", named))
        else:
            self.query_one("#missing", TicketLines).show([_("Mark a paper with the space bar, or write what it is.")])

    def action_give_up(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


def _titled(procedure: ProcedureView) -> list[tuple[str, tuple[str, ...]]]:
    return [(_(title), papers) for title, papers in parted(procedure.papers)]
