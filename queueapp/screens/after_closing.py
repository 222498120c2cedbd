"""What is made of a day just closed: a slip for each voucher, the backup, the notice of the quiet hours."""

import asyncio
from pathlib import Path

from queueapp.backups.keeping import make_at_close
from queueapp.i18n import _
from queueapp.notices import quiet_words, unwritten, write_notice
from queueapp.operations.printing import print_vouchers
from queueapp.paper.files import write_new
from queueapp.paper.voucher_slips import voucher_slips
from queueapp.queries.hall import service_views
from queueapp.rules.closing_views import ClosingView
from queueapp.rules.views import VoucherView
from queueapp.screens.base import QueueScreen


async def make_slips(
    screen: QueueScreen[ClosingView], answer: ClosingView, vouchers: tuple[VoucherView, ...]
) -> tuple[Path | None, str]:
    """Write a slip for each voucher into the present folder; return where they are, if anywhere, and what failed."""
    if not vouchers:
        return None, ""
    with screen.reporting():
        await screen.terminal.write(
            print_vouchers, day=answer.day, codes=[each.code for each in vouchers], at=screen.now
        )
    try:
        names = {each.code: each.name for each in await screen.terminal.store.read(service_views, answer.day)}
        fields = {ticket.code: names.get(ticket.service, ticket.service) for ticket in answer.tickets}
        text = voucher_slips(answer.office.name, vouchers, fields, is_training=answer.office.is_training)
        name = f"queueapp-vouchers-{answer.day.isoformat()}.txt"
        return await asyncio.to_thread(write_new, Path.cwd(), name, text), ""
    except Exception as error:  # noqa: BLE001 - the day is closed, and the vouchers stand on the screen
        sentence = _("The vouchers could not be written to a file ({cause}): write them down for the citizens.")
        return None, sentence.format(cause=error)


async def back_up(screen: QueueScreen[ClosingView]) -> tuple[str, bool]:
    """Make the day's backup; return where it is or what failed, and whether it failed."""
    try:
        at = screen.now
        path = await screen.terminal.store.use(lambda database: make_at_close(database, at=at))
    except Exception as error:  # noqa: BLE001 - the day is closed, whatever becomes of its backup
        return _("The day is closed, but its backup failed: {cause}").format(cause=error), True
    return _("The day is closed and its backup is in {path}.").format(path=path), False


async def renew_notice(screen: QueueScreen[ClosingView]) -> str:
    """Write the notice of the quiet hours anew, drawn beside the store's thread; return what failed."""
    try:
        at = screen.now
        folder, words = await screen.terminal.store.use(lambda database: quiet_words(database, at=at))
        await asyncio.to_thread(write_notice, folder, words)
    except Exception as error:  # noqa: BLE001 - the day is closed, whatever becomes of its notice
        return unwritten(error)
    return ""
