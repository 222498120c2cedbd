"""Lays out the slips that citizens take home who are carried over to another day."""

import textwrap
from collections.abc import Mapping, Sequence

from queueapp.i18n import N_, _, language
from queueapp.paper.content import LONGEST_LINE, Content, Line, content_of
from queueapp.paper.said import TONGUES, named, said
from queueapp.paper.slip import WIDTH, Names, as_copy, exercise_mark
from queueapp.rules.views import OfficeView, ServiceView, TicketView, VoucherView
from queueapp.text import clean


def voucher_slips(
    office: str, vouchers: Sequence[VoucherView], fields: Mapping[str, str], *, is_training: bool = False
) -> str:
    """Return one small slip for each voucher, to be cut apart; `fields` are the names of the fields by ticket."""
    return "".join(
        f"{_slip(office, voucher, fields.get(voucher.ticket, ''), is_training=is_training)}\n" for voucher in vouchers
    )


def _slip(office: str, voucher: VoucherView, field: str, *, is_training: bool) -> str:
    lines = [
        office,
        _("FOR EXERCISE ONLY") if is_training else "",
        _("VOUCHER {code}").format(code=voucher.code),
        _("Your number was: {ticket}").format(ticket=voucher.ticket),
        _("Field: {field}").format(field=field) if field else "",
        _("Good on: {day}").format(day=f"{voucher.valid_on:%d/%m/%Y}"),
        _("Show this slip at the reception on that day: you are called before new numbers."),
        _("This is not a receipt for your dossier."),
    ]
    set_lines = [part for line in lines for part in textwrap.wrap(clean(line, LONGEST_LINE), WIDTH)]
    return "\n".join(["-" * WIDTH, *set_lines, "-" * WIDTH])


def voucher_lines(ticket: TicketView, office: OfficeView, service: ServiceView) -> tuple[Line, ...]:
    """Return the lines of a carried over ticket's voucher as the screen shows them; none where there is no voucher."""
    if ticket.voucher is None or ticket.valid_on is None:
        return ()
    voucher = VoucherView(ticket.voucher, ticket.code, ticket.valid_on, service.code)
    languages = "both" if language() == "en" else "vi"
    names = (service.name_vi, service.name_en)
    content = voucher_content(office.name, voucher, languages=languages, field=names, is_training=office.is_training)
    return content.lines


def voucher_content(
    office: str,
    voucher: VoucherView,
    *,
    languages: str,
    field: Names | None = None,
    qr: str = "",
    is_training: bool = False,
    is_copy: bool = False,
) -> Content:
    """Return what is printed for a voucher, laid out as the slip of a ticket; `field` are the names of its field."""
    tongues = TONGUES[languages]
    lines = [
        Line(office, "strong"),
        Line("", "rule"),
        *said(N_("VOUCHER"), tongues, "strong"),
        *exercise_mark(tongues, is_training=is_training),
        Line(voucher.code, "huge"),
        *(named(*field, tongues, "large") if field else []),
        *said(N_("Good on: {day}"), tongues, "large", day=f"{voucher.valid_on:%d/%m/%Y}"),
        *said(N_("Your number was: {ticket}"), tongues, ticket=voucher.ticket),
        Line("", "rule"),
        *said(N_("Show this slip at the reception on that day: you are called before new numbers."), tongues, "strong"),
        *said(N_("This is not a receipt for your dossier."), tongues, "small"),
    ]
    return content_of(as_copy(lines, tongues) if is_copy else lines, qr)
