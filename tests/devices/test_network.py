"""A printer on the network: what it receives is what was drawn, and however it behaves the sender comes back."""

import os
import socket
import threading
import time
from pathlib import Path

import pytest

from queueapp.paper.escpos import as_bytes, commands, decode, printable
from queueapp.paper.picture import draw, on_paper
from queueapp.paper.printers import PrinterError, printer_for
from tests.devices.fakes import (
    COVER,
    FINE,
    NEARLY,
    NO_PAPER,
    OFFLINE,
    FakePrinter,
    answering,
    generated,
    scanned,
    scanner,
)

SLIP = generated(7)
DATA = as_bytes(draw(SLIP, 80))
SECONDS = 1.5


def settings(target: str) -> dict[str, object]:
    return {"connection": "network", "target": target}


def sent(printer: FakePrinter, seconds: float = SECONDS) -> tuple[str, ...]:
    return printer_for(settings(printer.target), seconds=seconds).send(DATA, name="slip 1")


def failed(printer: FakePrinter, seconds: float = SECONDS) -> PrinterError:
    begun = time.monotonic()
    with printer, pytest.raises(PrinterError) as raised:
        sent(printer, seconds)
    assert time.monotonic() - begun < seconds + 1.5
    return raised.value


def test_what_a_printer_receives_is_the_picture_and_its_code_is_read(tmp_path: Path) -> None:
    slips = [(generated(seed), mm) for seed in range(6) for mm in (80, 58)]
    paths = []
    with FakePrinter(answers=answering()) as printer:
        for number, (slip, mm) in enumerate(slips):
            told = printer_for(settings(printer.target) | {"paper_mm": mm}).print(slip, name="slip")
            assert told == ()
            received = printer.slips[number]
            assert decode(received).tobytes() == printable(draw(slip, mm)).tobytes()
            paths.append(tmp_path / f"{number}.png")
            on_paper(decode(received)).save(paths[-1])
    program = scanner()
    if program is None:
        assert not os.environ.get("QUEUEAPP_REQUIRE_PROOFS"), "zbarimg is not installed (Debian: zbar-tools)"
        pytest.skip("zbarimg is not installed (Debian: zbar-tools)")
    assert scanned(program, paths) == [slip.qr for slip, _mm in slips]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (answering(), ()),
        (answering(paper=NEARLY), ("The paper is nearly used up.",)),
        (None, ("The printer does not say how it is.",)),
        ({1: b"HTTP/1.1 400 Bad Request\r\n\r\n"}, ("The printer answers what cannot be understood.",)),
        ({1: b"\xff"}, ("The printer answers what cannot be understood.",)),
    ],
)
def test_silence_and_nonsense_are_told_and_the_slip_is_printed(
    answers: dict[int, bytes] | None, told: tuple[str]
) -> None:
    with FakePrinter(answers=answers) as printer:
        assert sent(printer, 4) == told
    assert printer.slips == [DATA]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (answering(printer=OFFLINE), "offline"),
        (answering(printer=OFFLINE, offline=COVER), "cover is open"),
        (answering(printer=OFFLINE, paper=NO_PAPER), "no paper"),
        (answering(offline=FINE | 0x20), "no paper"),
        (answering(offline=FINE | 0x40), "a fault"),
    ],
)
def test_a_printer_that_cannot_print_gets_nothing_of_the_slip(answers: dict[int, bytes], words: str) -> None:
    printer = FakePrinter(answers=answers)
    error = failed(printer)
    assert (words in error.message, error.is_begun, printer.slips) == (True, False, [])


def test_where_nobody_listens_nothing_was_begun() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        target = f"127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(PrinterError) as raised:
        printer_for(settings(target)).send(DATA, name="slip")
    assert not raised.value.is_begun


@pytest.mark.parametrize("answers", [answering(), None])
def test_a_printer_that_takes_nothing_more_is_given_up_in_time_and_may_have_printed(
    answers: dict[int, bytes] | None,
) -> None:
    assert failed(FakePrinter("stuck", answers)).is_begun


@pytest.mark.parametrize("answers", [answering(), None, {1: b"??"}])
def test_a_printer_that_dies_in_the_middle_may_have_printed(answers: dict[int, bytes] | None) -> None:
    error = failed(FakePrinter("dying", answers), 4)
    assert error.is_begun
    assert "middle" in error.message


def test_a_printer_that_hangs_up_at_the_question_has_begun_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(2)
        printer = printer_for(settings(f"127.0.0.1:{server.getsockname()[1]}"))

        def hang_up() -> None:
            server.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        with pytest.raises(PrinterError) as raised:
            printer.send(DATA, name="slip")
    assert not raised.value.is_begun


def test_a_printer_without_any_sign_of_life_may_have_printed() -> None:
    error = failed(FakePrinter("mute"), 2)
    assert (error.is_begun, "no sign of life" in error.message) == (True, True)


def test_a_printer_that_answers_need_not_hang_up() -> None:
    with FakePrinter("mute", answering()) as printer:
        assert sent(printer, 4) == ()


def test_paper_that_runs_out_while_it_prints_leaves_a_doubt() -> None:
    error = failed(FakePrinter(answers=answering(), later=answering(paper=NO_PAPER)), 4)
    assert (error.is_begun, "no paper" in error.message) == (True, True)


def test_looking_prints_nothing() -> None:
    with FakePrinter(answers=answering(paper=NEARLY)) as printer:
        assert printer_for(settings(printer.target)).look() == ("The paper is nearly used up.",)
    assert printer.slips == []


@pytest.mark.parametrize(
    "target", ["", ":9100", "host:", "host:0", "host:99999", "host:x", "[::1", "[]:9100", "\x1b[2J"]
)
def test_an_address_that_is_none_is_refused(target: str) -> None:
    with pytest.raises(PrinterError) as raised:
        printer_for(settings(target), seconds=0.8).send(DATA, name="slip")
    assert not raised.value.is_begun
    assert "\x1b" not in raised.value.message


def test_only_what_draws_and_cuts_is_ever_sent() -> None:
    with FakePrinter(answers=answering()) as printer:
        sent(printer)
    assert {name for name, _data in commands(printer.slips[0])} == {"init", "raster", "feed", "cut"}
