"""Writes a report to a new file in the form that is asked for; the libraries of each are loaded only then."""

from importlib import import_module
from pathlib import Path

from queueapp.i18n import N_
from queueapp.paper.files import write_new_bytes
from queueapp.rules.errors import MissingExtraError
from queueapp.rules.reports import Report

CSV, XLSX, DOCX, PDF = "csv", "xlsx", "docx", "pdf"
FORMS = (CSV, XLSX, DOCX, PDF)
FORM_WORDS = {
    CSV: N_("CSV, for any spreadsheet"),
    XLSX: N_("Excel, with charts"),
    DOCX: N_("Word, as an administrative report"),
    PDF: N_("PDF, to print or to send"),
}
# The library of each form, the extra that brings it, and what makes the form of a report.
_NEEDS = {XLSX: ("xlsxwriter", "excel"), DOCX: ("docx", "docx"), PDF: ("reportlab", "pdf")}
_MAKERS = {CSV: "report_csv.report_csv", XLSX: "workbook.workbook", DOCX: "document.document", PDF: "page.page"}


def require_form(form: str) -> None:
    """Refuse a form whose library is not installed (MissingExtraError), before anything is read."""
    if form not in _NEEDS:
        return
    library, extra = _NEEDS[form]
    try:
        import_module(library)
    except ImportError:
        raise MissingExtraError(form=form, extra=extra) from None


def made(report: Report, form: str) -> bytes:
    """Return a report in a form."""
    module, name = _MAKERS[form].split(".")
    written: bytes = getattr(import_module(f"queueapp.paper.{module}"), name)(report)
    return written


def file_name(report: Report, form: str) -> str:
    """Return what the file of a report is called unless somebody says otherwise."""
    return f"queueapp-{report.dates.name}.{form}"


def export(report: Report, form: str, folder: Path, name: str | None = None) -> Path:
    """Write a report to a new file and return its path; OSError when it cannot be written."""
    return write_new_bytes(folder, name or file_name(report, form), made(report, form))
