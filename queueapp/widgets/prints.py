"""Words about paper that has not surely come out of the printer."""

from collections import Counter
from collections.abc import Iterable, Sequence

from queueapp.i18n import _, ngettext
from queueapp.rules.views import PrintView
from queueapp.text import clean

_DOUBT = ("uncertain", "failed")


def print_words(prints: Sequence[PrintView]) -> str:
    """Return what is the matter with the printer, what is safe and what to do; empty where nothing is.

    What to do comes first and the cause last, where it is cut if there is no room for it.
    """
    slips = [each for each in prints if each.ticket is not None]
    papers = [each for each in prints if each.ticket is None and each.state in _DOUBT]
    late = [each for each in prints if each.state in {"pending", "printing"} and each.error]
    said = _slips_unsure([each for each in slips if each.state == "uncertain"])
    said = said or _slips_failed([each for each in slips if each.state == "failed"])
    others = paper_words(papers)
    if said and others:
        said += " " + _("Besides: {papers}.").format(papers=others)
    elif others:
        said = _("May not be out: {papers}. Ctrl+R prints again, Ctrl+Y: they are out.").format(papers=others)
    elif not said:
        said = _late(late)
    causes = [each.error for each in prints if each.error]
    return f"{said} ({clean(causes[0].rstrip('.'), 200)})" if said and causes else said


def unprinted_words(papers: Sequence[PrintView]) -> str:
    """Return at the day's close which papers have not come out, and where that is answered; empty where all have."""
    if not papers:
        return ""
    if all(each.state in {"pending", "printing"} for each in papers):
        return _("At the printer: {papers}.").format(papers=paper_words(papers))
    sentence = _("May not be out: {papers}. At reception Ctrl+R prints them again, Ctrl+Y: they are out.")
    return sentence.format(papers=paper_words(each for each in papers if each.state in _DOUBT))


def paper_words(papers: Iterable[PrintView]) -> str:
    """Return how many papers of which kind there are; empty where there is none."""
    return ", ".join(_kind_words(kind, n) for kind, n in Counter(each.kind for each in papers).items())


def _kind_words(kind: str, n: int) -> str:
    if kind == "voucher":
        return ngettext("{n} voucher", "{n} vouchers", n).format(n=n)
    if kind == "missing":
        return ngettext("{n} slip of missing papers", "{n} slips of missing papers", n).format(n=n)
    if kind == "fix":
        return ngettext("{n} slip of what to put right", "{n} slips of what to put right", n).format(n=n)
    return ngettext("{n} slip", "{n} slips", n).format(n=n)


def _slips_unsure(slips: Sequence[PrintView]) -> str:
    if not slips:
        return ""
    sentence = ngettext(
        "{n} slip may not be out, {code}: Ctrl+R prints it again, Ctrl+Y: it is out.",
        "{n} slips may not be out, first {code}: Ctrl+R prints it again, Ctrl+Y: it is out.",
        len(slips),
    )
    return sentence.format(code=slips[0].ticket, n=len(slips))


def _slips_failed(slips: Sequence[PrintView]) -> str:
    if not slips:
        return ""
    sentence = ngettext(
        "{n} slip was not printed, {code}: read out the number; Ctrl+R tries again.",
        "{n} slips were not printed, first {code}: read out the numbers; Ctrl+R tries again.",
        len(slips),
    )
    return sentence.format(code=slips[0].ticket, n=len(slips))


def _late(late: Sequence[PrintView]) -> str:
    if not late:
        return ""
    slips = [each for each in late if each.ticket is not None]
    if not slips:
        return _("Not printed yet: {papers}.").format(papers=paper_words(late))
    sentence = ngettext(
        "{n} slip is not printed yet. The number is safe: read it out.",
        "{n} slips are not printed yet. The numbers are safe: read them out.",
        len(slips),
    )
    return sentence.format(n=len(slips))
