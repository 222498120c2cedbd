"""The command line's words and its grammar: every command, its words and options, in the language in use."""

import argparse
import re
from collections.abc import Iterable
from typing import Any, NoReturn, Protocol

from queueapp.cli.requests import OPERATIONS, QUERIES, Field, Request
from queueapp.i18n import LANGUAGES, N_, _
from queueapp.rules.hours import WEEKDAYS


class BadUsageError(Exception):
    """The words given make no command; the sentence says what is wrong."""


class _Command(Protocol):
    """How a command is added to the grammar."""

    def __call__(self, name: str, words: str, *, aliases: tuple[str, ...] = ()) -> "Parser": ...


class _Help(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, _("Usage: ") if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser that speaks the language in use, and raises instead of leaving."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **{"formatter_class": _Help, "add_help": False, **named})
        self.words = self.add_argument_group(_("Words"))
        self.options = self.add_argument_group(_("Options"))

    def error(self, message: str) -> NoReturn:
        """Refuse the words."""
        for pattern, sentence in _MISTAKES:
            found = re.search(pattern, message)
            if found:
                raise BadUsageError(_(sentence).format(words=found[1]))
        raise BadUsageError(message)


_MISTAKES = (
    (r"invalid choice: '?([^'(]*)", N_("“{words}” is not one of the words possible here")),
    (r"are required: (.*)", N_("missing: {words}")),
    (r"unrecognized arguments: (.*)", N_("nobody knows “{words}”")),
    (r"invalid (?:int|float) value: '?([^']*)", N_("“{words}” is not a number")),
    (r"not allowed with argument (.*)", N_("not together with {words}")),
    (r"argument ([^:]*): expected one argument", N_("after {words} a word is missing")),
)


def parser() -> Parser:
    """Return the grammar of the command line."""
    top = Parser(
        prog="queueapp",
        description=_("The queue and the counters of a public service centre. Without a command: the application."),
    )
    _general(top, is_first=True)
    top.options.add_argument("--version", action="store_true", help=_("show the version"))
    commands = top.add_subparsers(dest="command", metavar=_("COMMAND"), parser_class=Parser, title=_("Commands"))

    def command(name: str, words: str, *, aliases: tuple[str, ...] = ()) -> Parser:
        added: Parser = commands.add_parser(name, help=_(words), description=_(words), aliases=aliases)
        _general(added)
        return added

    _screens(command)
    _office(command)
    for request in (*OPERATIONS, *QUERIES):
        _request(command, request)
    _days(command)
    _procedures(command)
    _paper(command)
    _upkeep(command)
    _hall(command)
    return top


def _general(parser: Parser, *, is_first: bool = False) -> None:
    # The same options may stand before the command or after it; what is not said after it leaves what was said before.
    default, no = (None, False) if is_first else (argparse.SUPPRESS, argparse.SUPPRESS)
    add = parser.options.add_argument
    add("-h", "--help", action="help", help=_("show this help"))
    add("--db", default=default, metavar="PATH_OR_URL", help=_("the database: a file or a URL"))
    add("--lang", default=default, choices=LANGUAGES, help=_("the language"))
    add("--as", dest="staff", default=default, metavar="STAFF", help=_("who does it"))
    add("--json", action="store_true", default=no, help=_("answer in JSON"))


def _screens(command: _Command) -> None:
    command("reception", N_("the application, at reception"))
    counter = command("counter", N_("the application, at a counter"))
    counter.words.add_argument("counter", type=int, metavar="N", help=_("the counter's number"))
    command("board", N_("the application, as the public board"))
    summary = command("summary", N_("the application, at the summary of a day"))
    summary.options.add_argument("--day", metavar="D", help=_("the day, such as 2026-11-23"))


def _office(command: _Command) -> None:
    init = command("init", N_("make and configure an office"))
    init.options.add_argument("--config", metavar="FILE", help=_("the settings file"))
    init.options.add_argument("--training", action="store_true", help=_("a database for exercise"))
    config = command("config", N_("the office's settings"))
    actions = config.add_subparsers(dest="action", required=True, parser_class=Parser, title=_("Commands"))
    _general(actions.add_parser("show", help=_("print the settings as TOML")))
    for name, words in (("check", N_("check a settings file")), ("apply", N_("bring the office to a settings file"))):
        action = actions.add_parser(name, help=_(words))
        _general(action)
        action.words.add_argument("file", metavar="FILE")


def _request(command: _Command, request: Request) -> None:
    dashed = request.do.replace("_", "-")
    words = request.help if request.do != "serve" else f"{_(request.help)}; {_(_HALL)}"
    added = command(dashed, words, aliases=(request.do,) if dashed != request.do else ())
    for field in request.fields:
        _argument(added, field, may_miss=request.do == "serve")
    if request.do == "serve":
        _in_a_browser(added)
    if not request.is_query:
        added.options.add_argument("--key", help=_("the same key again changes nothing and gets the first answer"))
    if request.do == "report":
        added.options.add_argument("--csv", metavar="FILE", help=_("write the figures to a new file for Excel"))


_HALL = N_("without a counter and a field: the hall in a browser (board for a TV, tickets' pages, application)")


def _in_a_browser(serve: Parser) -> None:
    """Add what `serve` takes where it names no counter, and offers the hall in a browser."""
    add = serve.options.add_argument
    add("--host", metavar="H", help=_("the address to listen at; else this machine alone"))
    add("--port", metavar="P", type=int, default=8080, help=_("the port, 8080 if not said"))
    add("--lan", action="store_true", help=_("open to the office's network"))
    add("--terminals", metavar="N", type=int, default=8, help=_("how many at once may open the application"))


def _argument(command: Parser, field: Field, *, may_miss: bool = False) -> None:
    option = "--" + field.name.replace("_", "-")
    words = _(field.help)
    if field.kind == "flag":
        command.options.add_argument(option, dest=field.name, action="store_true", default=None, help=words)
        return
    if field.kind == "ends":
        command.options.add_argument(
            option, dest=field.name, metavar="TICKET=END", nargs="*", action="extend", type=_end_of, help=words
        )
        return
    if field.kind == "texts":
        command.options.add_argument(option, dest=field.name, metavar="TEXT", action="append", help=words)
        return
    kind = int if field.kind == "number" else str
    if field.is_required:
        much: dict[str, Any] = {"nargs": "?"} if may_miss else {}
        command.words.add_argument(field.name, type=kind, metavar=field.name.upper(), help=words, **much)
    else:
        command.options.add_argument(option, dest=field.name, type=kind, help=words)


def _end_of(words: str) -> tuple[str, str]:
    ticket, _sign, end = words.partition("=")
    return ticket, end


def _days(command: _Command) -> None:
    batch = command("batch", N_("JSON Lines: one operation a line in, one answer a line out"))
    batch.options.add_argument(
        "--given-clock", action="store_true", help=_("lines may say when they happen (training only)")
    )
    replay = command("replay", N_("run a recorded day through the queue of a training database"))
    replay.words.add_argument("file", metavar="FILE.csv")
    replay.options.add_argument("--day", metavar="D", help=_("the day, where the file gives only times"))
    demo = command("demo", N_("a training database with a simulated day, live in the application"))
    demo.options.add_argument("--citizens", type=int, default=150, help=_("how many citizens come"))
    demo.options.add_argument("--seed", type=int, default=1, help=_("another number, another day"))
    demo.options.add_argument("--speed", type=float, default=60, help=_("how many times faster than life"))
    _training(command)
    _simulation(command)
    _figures(command)
    evaluate = command("evaluate", N_("how good the expected times would have been, on a log of tickets"))
    evaluate.words.add_argument("file", metavar="FILE.csv")
    evaluate.options.add_argument("--chart", action="store_true", help=_("draw the figures too"))
    evaluate.options.add_argument("--warm-up", type=int, metavar="DAYS", help=_("days that only teach; else a quarter"))
    evaluate.options.add_argument(
        "--closing",
        action="append",
        metavar="HH:MM",
        help=_(
            "when the offices close, monday=HH:MM on one weekday (several times): how good stopping would have been"
        ),
    )
    evaluate.options.add_argument(
        "--last-call",
        type=float,
        default=10,
        metavar="MINUTES",
        help=_("the latest call in time, before closing"),
    )
    evaluate.options.add_argument("--stops", metavar="STOPS.csv", help=_("real decisions to stop issuing, to judge"))


# The names of rules/scenarios.py and rules/disciplines.py, which are not read for a word of help.
SCENARIO_NAMES = ("quiet", "monday", "outage", "absent", "land_rush", "allowance")
RULE_NAMES = ("fixed", "longest", "strict", "first_come", "alternate", "points", "office")


def _training(command: _Command) -> None:
    train = command(
        "train", N_("practise in a file of its own: a simulated crowd comes, you work a counter or reception")
    )
    one = _("one of: {names}").format(names=", ".join(SCENARIO_NAMES))
    add = train.options.add_argument
    add("--scenario", choices=SCENARIO_NAMES, default="quiet", metavar="SCENARIO", help=one)
    place = train.options.add_mutually_exclusive_group()
    place.add_argument("--counter", type=int, metavar="N", help=_("your counter, the last one if none is given"))
    place.add_argument("--reception", action="store_true", help=_("you issue the numbers instead"))
    add("--speed", type=float, default=10, help=_("how many times faster than life"))
    add("--seed", type=int, default=1, help=_("another number, another day"))


def _simulation(command: _Command) -> None:
    simulate = command("simulate", N_("compare the rules of calling on simulated days"))
    names, rules = ("all", *SCENARIO_NAMES), _("one of: {names}").format(names=", ".join(RULE_NAMES))
    one = _("one of: {names}").format(names=", ".join(names))
    simulate.words.add_argument("scenario", nargs="?", default="all", choices=names, metavar="SCENARIO", help=one)
    add = simulate.options.add_argument
    add("--days", type=int, default=150, help=_("how many days of each kind"))
    add("--seed", type=int, default=1, help=_("another number, another day"))
    add("--rule", action="append", choices=RULE_NAMES, metavar="RULE", help=rules)
    staffing = command("staffing", N_("how many counters each hour of a coming day needs"))
    add = staffing.options.add_argument
    add("--day", metavar="D", help=_("the day, the next open one if none is given"))
    add("--share", type=float, default=80, metavar="PERCENT", help=_("how many of a hundred are to be served in time"))
    add("--limit", type=float, default=15, metavar="MINUTES", help=_("how long a wait is in time"))
    add("--now", action="store_true", help=_("instead: which counter should take another field now"))
    whatif = command("whatif", N_("a recorded day with other counters or another rule"))
    whatif.words.add_argument("day", metavar="DAY", help=_("the day, such as 2026-11-23"))
    add = whatif.options.add_argument
    fields = _(
        "a counter with its fields; without fields it stays shut, a new number is a new counter; land:2 is two for one"
    )
    add("--counters", nargs="+", action="extend", metavar="2=land,civil_status", help=fields)
    add("--rule", choices=RULE_NAMES, metavar="RULE", help=rules)


def _figures(command: _Command) -> None:
    period = command("period", N_("the figures of several days, pooled by ticket, with how sure they are"))
    period.options.add_argument("--from", dest="first", metavar="D", help=_("the first day, such as 2026-11-02"))
    period.options.add_argument("--to", dest="last", metavar="D", help=_("the last day, today if none is given"))
    quiet = command("quiet-hours", N_("when it is quiet, for the notice board: by field and hour"))
    quiet.options.add_argument("--weeks", type=int, default=8, metavar="N", help=_("of the last so many weeks"))
    quiet.options.add_argument("--on", choices=WEEKDAYS, metavar="WEEKDAY", help=_("only one weekday, such as monday"))
    form = quiet.options.add_mutually_exclusive_group()
    form.add_argument("--text", action="store_true", help=_("as text, which it is anyhow"))
    form.add_argument("--png", metavar="FILE", help=_("write it to a new picture"))


def _procedures(command: _Command) -> None:
    listed = command("procedures", N_("the list of procedures, and which papers are missing most"))
    actions = listed.add_subparsers(dest="action", required=True, parser_class=Parser, title=_("Commands"))

    def action(name: str, words: str, *places: str) -> Parser:
        added: Parser = actions.add_parser(name, help=_(words), description=_(words))
        _general(added)
        for place in places:
            added.words.add_argument(place.lower().partition(".")[0], metavar=place)
        return added

    found = action("list", N_("the procedures, or those that fit some words"))
    found.words.add_argument("words", nargs="*", metavar=_("WORDS"), help=_("with or without accents, or the code"))
    found.options.add_argument("--all", action="store_true", help=_("also those out of use"))
    action("show", N_("one procedure: papers, time limit, fee, legal basis, source"), "CODE")
    action("export", N_("write the list to a new file for a spreadsheet"), "FILE.csv")
    brought = action("import", N_("bring the list to a file; what it leaves out goes out of use"), "FILE.csv")
    brought.options.add_argument("--yes", action="store_true", help=_("do not ask"))
    action("compare", N_("what a file would change, and since when the present value holds"), "FILE.csv")
    changes = action("changes", N_("what changed in the list, when and by whom"))
    changes.words.add_argument("code", nargs="?", metavar="CODE")
    action("load", N_("give an office of an earlier version the list that comes with the program"))
    edit = action("edit", N_("say some fields of a procedure anew; an empty text means not known"), "CODE")
    for name in (*CELLS, "active"):
        edit.options.add_argument(f"--{name.replace('_', '-')}", dest=f"cell_{name}", metavar="TEXT")
    missing = action("missing", N_("the papers missing most often in a month, by procedure"))
    missing.options.add_argument("--month", metavar="2026-11", help=_("the month, the present one if none is given"))
    missing.options.add_argument("--csv", metavar="FILE", help=_("write the figures to a new file for Excel"))


# What of a procedure can be said anew; as the columns of the list, which are not read for a word of help.
CELLS = (
    *("service", "name_vi", "name_en", "time_limit", "time_unit", "fee", "papers"),
    *("legal_basis", "source", "verified", "notes"),
)


def _paper(command: _Command) -> None:
    printer = command("printer", N_("the printer of slips"))
    actions = printer.add_subparsers(dest="action", required=True, parser_class=Parser, title=_("Commands"))
    for name, words in (
        ("show", N_("what is set, and whether it can be reached")),
        ("test", N_("print a test slip with every letter, and say what happened")),
        ("run", N_("print what waits, for days")),
    ):
        _general(actions.add_parser(name, help=_(words), description=_(words)))
    roll = command("roll", N_("print the numbers of a field's paper roll, for a power cut"))
    roll.words.add_argument("service", metavar="SERVICE", help=_("the field's code, such as land"))
    roll.options.add_argument("--from", dest="first", type=int, metavar="N", help=_("the first number, such as 905"))
    roll.options.add_argument("--to", dest="last", type=int, metavar="N", help=_("the last number"))
    roll.options.add_argument("--pdf", metavar="FILE", help=_("write them to a new file, a page each"))
    slip = command("slip", N_("the slip of a ticket: here, as a picture or as a page"))
    slip.words.add_argument("ticket", metavar="TICKET", help=_("the ticket, such as D-007"))
    slip.options.add_argument("--day", metavar="D", help=_("the day, such as 2026-11-23"))
    form = slip.options.add_mutually_exclusive_group()
    form.add_argument("--png", metavar="FILE", help=_("write it to a new picture"))
    form.add_argument("--pdf", metavar="FILE", help=_("write it to a new page for an ordinary printer"))
    slip.options.add_argument("--copy", action="store_true", help=_("mark it as a copy"))


def _upkeep(command: _Command) -> None:
    verify = command("verify", N_("prove the data by its log, and name the first difference"))
    verify.options.add_argument("--from-seal", action="store_true", help=_("begin at the last sealed day"))
    backup = command("backup", N_("write a backup while others go on"))
    backup.words.add_argument("file", metavar="FILE")
    backup.options.add_argument("--prove", action="store_true", help=_("restore it on trial, and compare"))
    backup.options.add_argument("--scratch", metavar="URL", help=_("an empty PostgreSQL database for the trial"))
    restore = command("restore", N_("go back to a backup; the present database is kept aside"))
    restore.words.add_argument("file", metavar="FILE")
    restore.options.add_argument("--yes", action="store_true", help=_("do not ask"))
    restore.options.add_argument("--scratch", metavar="URL", help=_("an empty PostgreSQL database for the trial"))
    purge = command("purge", N_("remove names and notes that are older than the office keeps them"))
    purge.options.add_argument("--days", type=int, help=_("older than so many days"))
    command("doctor", N_("look at everything, and say what to mend"))
    pin = command("pin", N_("set somebody's PIN"))
    pin.words.add_argument("name", metavar="NAME")
    recover = _("as the owner of the file, when nobody who may set PINs can sign in")
    pin.options.add_argument("--recover", action="store_true", help=recover)
    clock = command("clock", N_("the machine's clock"))
    clock.words.add_argument("action", choices=("accept",), help=_("take it as right from now on"))


def _hall(command: _Command) -> None:
    speak = command("speak", N_("announce the calls, until it is ended"))
    speak.options.add_argument("--parent", type=int, help=argparse.SUPPRESS)  # whose end is ours
    voice = command("voice", N_("the recordings of the announcements"))
    actions = voice.add_subparsers(dest="action", required=True, parser_class=Parser, title=_("Commands"))
    for name, words in (
        ("make", N_("make the recordings that are missing")),
        ("list", N_("name each recording and what it says")),
        ("show", N_("how the voice goes")),
    ):
        _general(actions.add_parser(name, help=_(words)))
    test = actions.add_parser("test", help=_("play an announcement"))
    _general(test)
    test.words.add_argument("code", nargs="?", default="D-012", metavar=_("NUMBER"))
    test.words.add_argument("counter", nargs="?", type=int, default=3, metavar=_("COUNTER"))
    hooks = command("hooks", N_("the office's own scripts, run after each event"))
    actions = hooks.add_subparsers(dest="action", required=True, parser_class=Parser, title=_("Commands"))
    for name, words in (
        ("run", N_("run them after each event, until it is ended")),
        ("test", N_("run them once, with an event that is made up")),
        ("show", N_("how they go")),
    ):
        _general(actions.add_parser(name, help=_(words)))
