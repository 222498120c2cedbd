"""Finds the printer that the office's settings name."""

from collections.abc import Mapping
from typing import Any

from queueapp.i18n import N_
from queueapp.paper.network import NetworkPrinter
from queueapp.paper.printer import WHOLE_SECONDS, Printer, PrinterError
from queueapp.paper.spoolers import CupsPrinter, FolderPrinter, WindowsPrinter
from queueapp.paper.wired import DevicePrinter, SerialPrinter, UsbPrinter

_PRINTERS: dict[str, type[Printer]] = {
    each.connection: each
    for each in (
        NetworkPrinter,
        UsbPrinter,
        SerialPrinter,
        DevicePrinter,
        CupsPrinter,
        WindowsPrinter,
        FolderPrinter,
    )
}
_WITHOUT_TARGET = {"windows"}

__all__ = ["Printer", "PrinterError", "has_printer", "printer_for"]


def has_printer(settings: Mapping[str, Any]) -> bool:
    """Say whether the settings (the part `[printer]`) name a printer at all."""
    return bool(settings.get("connection", "none") != "none")


def printer_for(settings: Mapping[str, Any], *, seconds: float = WHOLE_SECONDS) -> Printer:
    """Return the printer of the settings (the part `[printer]`), not yet asked (PrinterError: none is set)."""
    connection, target = settings.get("connection", "none"), settings.get("target", "")
    if connection not in _PRINTERS:
        raise PrinterError(N_("No printer is set."))
    if not target and connection not in _WITHOUT_TARGET:
        raise PrinterError(N_("The setting printer.target says nothing: where is the printer?"))
    return _PRINTERS[connection](target, paper_mm=settings.get("paper_mm", 80), seconds=seconds)
