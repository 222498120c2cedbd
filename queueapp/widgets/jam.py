"""Words of the alert: which counter should take a jammed field too, since when that is known, what it saves."""

from collections.abc import Sequence

from textual.content import Content

from queueapp.i18n import _
from queueapp.rules.alert import Jam
from queueapp.rules.moving import hours
from queueapp.rules.views import ServiceView
from queueapp.widgets.clocks import hh_mm
from queueapp.widgets.lines import shortened


def alert_words(jam: Jam, services: Sequence[ServiceView], timezone: str, width: int) -> str:
    """Return the alert in one line: in full with its key where there is room, else in fewer words."""
    facts = {
        "counter": jam.move.counter,
        "time": hh_mm(jam.at, timezone),
        "hours": hours(jam.move.hours_saved),
    }
    name, key = field_name(jam, services), " · Ctrl+G"
    full = _("! Let counter {counter} take {field} too at {time}: {hours} person-hours less").format(
        field=name, **facts
    )
    short = _("! Let counter {counter} take {field} too at {time}: {hours} h less")
    plain = short.format(field=name, **facts)
    for words in (full + key, plain + key, full, plain):
        if Content(words).cell_length <= width:
            return words
    room = width - Content(short.format(field="", **facts)).cell_length
    return short.format(field=shortened(name, room), **facts)


def field_name(jam: Jam, services: Sequence[ServiceView]) -> str:
    """Return the name of the jammed field in the language in use."""
    return next((each.name for each in services if each.code == jam.move.service), jam.move.service)


def asked_words(jam: Jam | None, services: Sequence[ServiceView], number: int) -> str:
    """Return what the counter is asked that should help; nothing at another one."""
    if jam is None or jam.move.counter != number:
        return ""
    words = _("{field} is jammed ({n} are waiting). Could you help there? Tell the supervisor.")
    return words.format(field=field_name(jam, services), n=jam.move.waiting)
