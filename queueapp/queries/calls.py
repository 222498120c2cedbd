"""Answers what a board that has been away has missed."""

from datetime import date, datetime

from sqlalchemy import bindparam, select

from queueapp.models import events
from queueapp.queries.hall import SELECT_CALLS, board, call_view
from queueapp.rules.pages import HASH_LETTERS, BoardNews, Mark, VoiceOfBoard
from queueapp.rules.views import CallView
from queueapp.session import Session
from queueapp.settings import VoiceSettings
from queueapp.statement import Statement

_CALLS_AFTER = Statement(SELECT_CALLS.where(events.c.seq > bindparam("after")))
_HASH = Statement(
    select(events.c.hash).where(events.c.office_id == bindparam("office"), events.c.seq == bindparam("seq"))
)
MOST_CALLS = 5000  # more than a day of the largest hall has


def board_news(session: Session, told: Mark | None, *, at: datetime) -> BoardNews:
    """Return the board, and today's calls since `told` where that is a mark of this log."""
    view = board(session, at=at)
    mark = Mark(view.revision, (session.office.chain_head or "")[:HASH_LETTERS])
    follows = told is not None and (told == mark or _is_of_this_log(session, told))
    return BoardNews(
        view,
        _calls_after(session, view.day, told.seq) if told is not None and follows and told != mark else (),
        mark,
        follows=follows,
        voice=_voice(session),
        address=session.office.settings.get("web", {}).get("address", ""),
    )


def _is_of_this_log(session: Session, told: Mark) -> bool:
    row = session.row(_HASH, office=session.office.id, seq=told.seq)
    return row is not None and str(row[0] or "").startswith(told.hash)


def _calls_after(session: Session, day: date, after: int) -> tuple[CallView, ...]:
    rows = session.rows(_CALLS_AFTER, office=session.office.id, day=day, after=after, limit=MOST_CALLS)
    return tuple(call_view(row) for row in reversed(rows))


def _voice(session: Session) -> VoiceOfBoard:
    voice = VoiceSettings.model_validate(session.office.settings.get("voice", {}))
    return VoiceOfBoard(
        voice.languages, voice.times, voice.volume, voice.stale_seconds, tuple(voice.quiet), voice.recordings
    )
