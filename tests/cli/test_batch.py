"""JSON Lines in, JSON Lines out: the contract, line by line."""

import json
from typing import Any

from tests.cli.conftest import Run, lines

AT = "2026-11-23T{}:00+07:00"


def at(time: str, **request: Any) -> dict[str, Any]:
    return request | {"at": AT.format(time)}


def test_a_day_by_the_contract(run: Run, address: str) -> None:
    assert run("init", "--training", db=address).status == 0
    answers = run(
        "batch",
        "--given-clock",
        db=address,
        given=lines(
            at("08:00", do="issue", service="land", priority="elderly", dossiers=2, id="a"),
            at("08:01", do="issue", service="land"),
            at("08:02", do="call", counter=1),
            at("08:03", do="recall", counter=1),
            at("08:04", do="start", counter=1),
            at("08:10", do="hold", counter=1, reason="copies", minutes=10),
            at("08:11", do="call", counter=1),
            at("08:12", do="no_show", counter=1),
            at("08:15", do="resume", counter=1, ticket="D-001"),
            at("08:20", do="transfer", counter=1, to="civil_status", note="extract"),
            at("08:21", do="call", counter=2, ticket="D-001", reason="was here"),
            at("08:22", do="put_back", counter=2, position="front"),
            at("08:23", do="call", counter=2),
            at("08:24", do="start", counter=2),
            at("08:30", do="finish", counter=2, outcome="done", dossiers=3),
            at("08:31", do="serve", counter=3, service="social_affairs"),
            at("08:32", do="finish", counter=3, time_unreliable=True),
            at("08:33", do="leave", ticket="D-002"),
            at("08:34", do="issue", service="land"),
            at("08:35", do="void", ticket="D-003", reason="twice"),
            at("08:36", do="pause", counter=4, reason="lunch"),
            at("08:37", do="unpause", counter=4),
            at("08:38", do="close_counter", counter=4),
            at("08:39", do="open_counter", counter=4),
            at("08:40", do="status"),
            at("08:41", do="ticket", ticket="D-001"),
            {"do": "events", "after": 2, "limit": 3},
            {"do": "report", "day": "2026-11-23"},
        ),
    ).lines
    assert [answer for answer in answers if not answer["ok"]] == []
    first = answers[0]
    assert first["id"] == "a"
    ticket = first["ticket"]
    assert ticket["code"] == "D-001"
    assert ticket["issued_at"] == "2026-11-23T08:00:00+07:00"
    fields = (
        "code service number day state priority dossiers procedure issued_at ahead estimate counter clerk calls outcome"
    )
    assert set(fields.split()) <= set(ticket)
    assert (ticket["priority"], ticket["dossiers"], ticket["ahead"]) == ("elderly", 2, 0)
    assert {"low_minutes", "minutes", "high_minutes", "basis"} <= set(ticket["estimate"])
    assert ticket["estimate"]["basis"] == "first"
    assert answers[2]["why"]
    assert answers[9]["ticket"]["service"] == "civil_status"
    status, history, events, report = answers[24], answers[25]["ticket"], answers[26]["events"], answers[27]["report"]
    assert status["services"]["land"]["ended"]["void"] == 1
    assert status["counters"]["1"]["open"] is True
    assert status["revision"] > 20
    assert {"kind", "service", "counter", "clerk", "from", "to", "seconds"} <= set(history["spans"][0])
    assert [event["verb"] for event in history["events"]][:3] == ["issue", "call", "recall"]
    assert [event["seq"] for event in events] == [3, 4, 5]
    assert {"day", "services", "all", "counters", "clerks", "hours", "unserved", "chain_head"} <= set(report)
    assert report["services"]["land"]["issued"] == 3
    assert report["all"]["excluded_unreliable"] == 1
    assert report["services"]["land"]["service"] == {
        "n": 1,
        "mean": 11.0,
        "median": 11.0,
        "p90": None,
        "max": 11.0,
        "sum": 11.0,
    }
    assert {each["ticket"]: each["end"] for each in report["unserved"]} == {"D-002": "left", "D-003": "void"}


BAD_LINES = (
    b"xx",
    b"[]",
    b"1",
    b'"text"',
    b"null",
    b"{",
    b"\xff\xfe",
    b'{"do": 1}',
    b"{}",
    b'{"do": "dance"}',
    b'{"do": "issue"}',
    b'{"do": "issue", "service": 1}',
    b'{"do": "issue", "service": "land", "dossiers": true}',
    b'{"do": "issue", "service": "land", "dossiers": 1.5}',
    b'{"do": "issue", "service": "land", "dossiers": 99999999999999999999}',
    b'{"do": "issue", "service": "land", "dossiers": NaN}',
    b'{"do": "issue", "service": "land", "vip": 1}',
    b'{"do": "issue", "service": "land", "key": 5}',
    b'{"do": "issue", "service": "land", "as": []}',
    b'{"do": "call", "counter": "1"}',
    b'{"do": "status", "day": "yesterday"}',
    b'{"do": "events", "limit": -1}',
    b'{"do": "events", "limit": 0}',
    b'{"do": "undo"}',
    b'{"do": "undo", "counter": 1, "ticket": "D-001"}',
    b'{"do": "bring_back"}',
    b'{"do": "set_priority"}',
    b'{"do": "close_day", "unserved": ["D-001"]}',
    b'{"do": "close_day", "day": "2020-01-01"}',
    b'{"do": "correct", "ticket": "D-001", "day": "2020-01-01", "reason": "x"}',
    b"[" * 100_000,
    b'{"do": "' + b"x" * 1_100_000 + b'"}',
)


def test_a_bad_line_is_answered_and_the_next_is_read(run: Run) -> None:
    given = b"\n\n".join(BAD_LINES) + b'\n{"do": "issue", "service": "land", "id": {"x": [1]}}'
    ran = run("batch", given=given)
    assert ran.status == 0
    assert ran.err == ""
    *bad, good = ran.lines
    assert [answer["error"]["code"] for answer in bad] == ["bad_request"] * len(BAD_LINES)
    assert all(answer["error"]["message"] for answer in bad)
    assert good["ok"]
    assert good["id"] == {"x": [1]}
    assert good["ticket"]["code"] == "D-001"


def test_what_does_not_exist_yet_says_so(run: Run) -> None:
    assert run("evaluate", "log.csv").status == 2


def test_the_queue_refuses_with_its_codes(run: Run) -> None:
    requests_and_codes: list[tuple[dict[str, Any], str]] = [
        ({"do": "issue", "service": "tax"}, "unknown_service"),
        ({"do": "call", "counter": 9}, "unknown_counter"),
        ({"do": "call", "counter": 1}, "nobody_waiting"),
        ({"do": "start", "counter": 1}, "counter_idle"),
        ({"do": "leave", "ticket": "D-001"}, "unknown_ticket"),
        ({"do": "issue", "service": "land", "as": "nobody"}, "unknown_staff"),
        ({"do": "pause", "counter": 1}, "needs_reason"),
        ({"do": "issue", "service": "land", "at": AT.format("08:00")}, "clock_refused"),
    ]
    answers = run("batch", given=lines(*(request for request, _code in requests_and_codes))).lines
    assert [answer["error"]["code"] for answer in answers] == [code for _request, code in requests_and_codes]


def test_a_given_clock_never_runs_back_and_needs_an_offset(run: Run) -> None:
    run("init", "--training")
    answers = run(
        "batch",
        "--given-clock",
        given=lines(
            at("09:00", do="issue", service="land"),
            at("08:59", do="issue", service="land"),
            {"do": "issue", "service": "land", "at": "2026-11-23T10:00:00"},
            {"do": "issue", "service": "land", "at": 5},
            {"do": "issue", "service": "land", "at": "9999-12-31T23:59:59-14:00"},
            {"do": "issue", "service": "land", "at": "0001-01-01T00:00:00+14:00"},
            {"do": "issue", "service": "land"},
        ),
    ).lines
    assert [answer["ok"] or answer["error"]["code"] for answer in answers] == [
        True,
        "clock_refused",
        "bad_request",
        "bad_request",
        "bad_request",
        "bad_request",
        True,
    ]
    assert answers[-1]["ticket"]["issued_at"] == AT.format("09:00")
    assert answers[-1]["ticket"]["code"] == "D-002"


def test_a_key_is_remembered_by_the_next_process(run: Run, address: str) -> None:
    request = {"do": "issue", "service": "land", "key": "k-1"}
    (first,) = run("batch", given=lines(request), db=address).lines
    again, other = run("batch", given=lines(request, request | {"service": "civil_status"}), db=address).lines
    assert again == first
    assert other["error"]["code"] == "key_reused"


def test_a_database_that_is_away_is_answered_on_every_line(run: Run) -> None:
    ran = run("batch", given=lines({"do": "status"}), db="nowhere/office.db")
    assert ran.status == 3
    assert "Traceback" not in ran.err


def test_answers_are_utf8_and_hostile_text_is_only_text(run: Run) -> None:
    note = "[/]\x1b]0;x\x07 Nguye\u0302\u0303n \u202e\ud800😀"
    raw = json.dumps({"do": "issue", "service": "land", "note": note, "id": "\ud800"})
    (answer,) = run("batch", given=raw).lines
    assert answer["ticket"]["note"] == "[/]]0;x Nguyễn 😀"
    assert answer["id"] == "\ud800"


def test_a_call_and_a_ticket_say_why(run: Run, address: str) -> None:
    assert run("init", "--training", db=address).status == 0
    *_issued, waits, called, log = run(
        "batch",
        "--given-clock",
        db=address,
        given=lines(
            at("08:00", do="issue", service="land"),
            at("08:05", do="issue", service="land", priority="elderly"),
            at("08:06", do="issue", service="land", priority="disabled"),
            at("08:10", do="ticket", ticket="D-001"),
            at("08:10", do="call", counter=1),
            {"do": "events", "after": 5},
        ),
    ).lines
    assert (waits["ticket"]["ahead"], waits["ticket"]["before"]) == (2, ["D-002", "D-003"])
    assert "2 before it: D-002 (25.0 points = 10 + 3 × 5.0 min with priority)" in waits["ticket"]["why_not"]
    assert (called["ticket"]["code"], called["rule"]) == ("D-002", "priority")
    assert called["why"].startswith("By waiting points: 25.0 points = 10 + 3 × 5.0 min with priority; next D-003: 22.0")
    assert called["figures"]["next"]["code"] == "D-003"
    assert log["events"][-1]["why"] == called["why"]


def test_somebody_who_waits_is_carried_over_by_the_contract(run: Run, address: str) -> None:
    assert run("init", "--training", db=address).status == 0
    given = lines(
        at("08:00", do="issue", service="land"),
        at("08:01", do="postpone", ticket="D-001", day="2026-11-26", reason="far"),
        at("08:02", do="postpone", ticket="D-001"),
        at("08:03", do="issue", service="land", postpone=True),
        at("08:04", do="issue", service="land", override="not needed here"),
        at("08:05", do="status"),
    )
    first, second, again, both, third, hall = run("batch", "--given-clock", db=address, given=given).lines
    assert first["ticket"]["light"] in {"green", None}
    assert second["ticket"]["state"] == "carried_over"
    assert second["vouchers"][0]["valid_on"] == "2026-11-26"
    assert again["error"]["code"] == "wrong_state"
    assert both["vouchers"][0]["valid_on"] == "2026-11-24"
    assert third["ticket"]["state"] == "waiting"
    assert hall["services"]["land"]["ended"]["carried_over"] == 2
    assert set(hall["services"]["land"]) >= {"stop", "room"}
    assert run("verify", db=address).status == 0
