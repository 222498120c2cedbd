"""Eight processes on one database: every number once, every ticket called once, no error anywhere."""

import multiprocessing
from collections import Counter
from typing import Any

from queueapp.clock import now
from queueapp.database import Database
from queueapp.operations.calling import call
from queueapp.operations.issuing import issue
from queueapp.operations.leaving import leave
from queueapp.operations.office import found
from queueapp.queries.tickets import events_after
from queueapp.rules.errors import NobodyWaitingError
from queueapp.settings import Settings, default_settings

PROCESSES, EACH = 8, 100
# Each worker is a process of its own that begins with nothing open, only with the program already read.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__, "queueapp.operations.calling", "queueapp.operations.issuing", "psycopg"])
FIELDS = ("land", "civil_status", "social_affairs")


def work(address: str, counter: int, gate: Any, results: Any) -> None:
    """Issue tickets and call until nobody waits, at one counter, as soon as all are there."""
    try:
        database = Database(address)
        database.revision()
        gate.wait()
        issued = [issued_code(database, FIELDS[number % 3]) for number in range(EACH)]
        gate.wait()
        results.put((issued, called_codes(database, counter), None))
        database.close()
    except Exception as error:  # noqa: BLE001 - whatever it is, the test must see it
        results.put(([], [], f"{error!r} {getattr(error, 'message', '')}"))


def issued_code(database: Database, service: str) -> str:
    answer = database.write(issue, service=service, at=now())
    assert answer.ticket is not None
    return answer.ticket.code


def called_codes(database: Database, counter: int) -> list[str]:
    called: list[str] = []
    while True:
        try:
            answer = database.write(call, counter=counter, at=now())
        except NobodyWaitingError:
            return called
        assert answer.ticket is not None
        called.append(answer.ticket.code)
        database.write(leave, ticket=called[-1], at=now())


def test_eight_processes_issue_and_call_eight_hundred_tickets(address: str) -> None:
    settings = default_settings().model_dump()
    settings["counters"] = [{"number": number + 1, "services": list(FIELDS)} for number in range(PROCESSES)]
    database = Database(address)
    database.write(found, Settings.model_validate(settings), at=now())
    gate, results = CONTEXT.Barrier(PROCESSES), CONTEXT.Queue()
    workers = [CONTEXT.Process(target=work, args=(address, number + 1, gate, results)) for number in range(PROCESSES)]
    for worker in workers:
        worker.start()
    reports = [results.get(timeout=120) for _worker in workers]
    for worker in workers:
        worker.join()
    assert [error for _issued, _called, error in reports if error] == []
    issued = [code for codes, _called, _error in reports for code in codes]
    called = [code for _issued, codes, _error in reports for code in codes]
    of_letter = Counter(code[0] for code in issued)
    expected = {f"{letter}-{number:03d}" for letter, most in of_letter.items() for number in range(1, most + 1)}
    assert len(issued) == PROCESSES * EACH
    assert set(issued) == expected
    assert sorted(called) == sorted(issued)
    assert all(codes for _issued, codes, _error in reports)
    seqs = [event.seq for start in range(0, 4000, 1000) for event in database.read(events_after, start)]
    assert seqs == list(range(1, len(seqs) + 1))
    database.close()


def press(address: str, counter: int, gate: Any, results: Any) -> None:
    """Press the key of one counter at the same instant as the other."""
    database = Database(address)
    database.revision()
    gate.wait()
    answer = database.write(call, counter=counter, at=now())
    results.put(answer.ticket.code if answer.ticket else None)
    database.close()


def test_two_counters_that_press_at_once_get_two_tickets(address: str) -> None:
    settings = default_settings().model_dump()
    settings["counters"] = [{"number": number, "services": ["land"]} for number in (1, 2)]
    database = Database(address)
    database.write(found, Settings.model_validate(settings), at=now())
    for _each in range(2):
        database.write(issue, service="land", at=now())
    gate, results = CONTEXT.Barrier(2), CONTEXT.Queue()
    workers = [CONTEXT.Process(target=press, args=(address, number, gate, results)) for number in (1, 2)]
    for worker in workers:
        worker.start()
    assert {results.get(timeout=60) for _worker in workers} == {"D-001", "D-002"}
    for worker in workers:
        worker.join()
    database.close()
