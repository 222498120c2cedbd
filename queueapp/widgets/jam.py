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
    """Return the alert in one line, with its key where there is room for it; a long name of a field is shortened."""
    facts = {
        "counter": jam.move.counter,
        "time": hh_mm(jam.at, timezone),
        "hours": hours(jam.move.hours_saved),
    }
    line = _("! Let counter {counter} take {field} too at {time}: {hours} person-hours less")
    name, key = field_name(jam, services), " · Ctrl+G"
    room = width - Content(line.format(field="", **facts)).cell_length
    if room - Content(name).cell_length >= len(key):
        return line.format(field=name, **facts) + key
    return line.format(field=shortened(name, room), **facts)


def field_name(jam: Jam, services: Sequence[ServiceView]) -> str:
    """Return the name of the jammed field in the language in use."""
    return next((each.name for each in services if each.code == jam.move.service), jam.move.service)


def asked_words(jam: Jam | None, services: Sequence[ServiceView], number: int) -> str:
    """Return what the counter is asked that should help; nothing at another one."""
    if jam is None or jam.move.counter != number:
        return ""
    words = _("{field} is jammed ({n} are waiting). Could you help there? Tell the supervisor.")
    return words.format(field=field_name(jam, services), n=jam.move.waiting)
