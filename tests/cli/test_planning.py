"""Simulated days, a coming day and a day as it might have been, from the command line."""

from typing import Any

from tests.cli.conftest import Run, lines


def test_rules_are_compared_on_a_scenario_in_words_and_in_json(run: Run) -> None:
    ran = run("simulate", "quiet", "--days", "30", "--rule", "points", "--rule", "first_come")
    assert ran.status == 0
    assert "Quiet ward (quiet): 40 citizens a day, 30 days" in ran.out
    assert "█" in ran.out
    assert "first come, first served against waiting points" in ran.out
    found = run("simulate", "quiet", "--days", "30", "--rule", "points", "--json").json["scenarios"][0]
    assert found["figures"]["points"]["mean"]["margin"] > 0
    assert (found["scenario"], found["days"], found["seed"]) == ("quiet", 30, 1)


def test_every_scenario_is_lived_through_where_none_is_named(run: Run) -> None:
    found = run("simulate", "--days", "1", "--json").json["scenarios"]
    assert [each["scenario"] for each in found] == ["quiet", "monday", "outage", "absent", "land_rush", "allowance"]
    assert all(set(each["figures"]) == {"fixed", "longest", "strict", "first_come", "points"} for each in found)


def test_what_cannot_be_simulated_is_refused(run: Run) -> None:
    assert run("simulate", "tuesday").status == 2
    assert run("simulate", "quiet", "--rule", "luck").status == 2
    assert run("simulate", "quiet", "--days", "0").status == 2


def test_a_coming_day_of_which_too_little_is_known_is_said(run: Run) -> None:
    run("issue", "land")
    ran = run("staffing", "--day", "2026-12-28")
    assert (ran.status, ran.out.startswith("Too little is known for 2026-12-28")) == (0, True)
    answer = run("staffing", "--day", "2026-12-28", "--json").json
    assert (answer["lacking"], answer["days"]) == ("days", 0)
    for wrong in (["--share", "100"], ["--share", "nan"], ["--limit", "inf"], ["--limit", "-1"]):
        assert run("staffing", *wrong).status == 2
    assert run("staffing", "--day", "soon").status == 2


def live_mondays(run: Run) -> None:
    """Let five Mondays pass on which twelve come within the half hour, for land and by turns for civil status."""
    run("init", "--training", db="school.db")
    for day in ("2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23"):
        requests: list[dict[str, Any]] = []
        for n in range(12):
            moment = f"{day}T08:{n * 2:02d}:00+07:00"
            requests.append({"do": "issue", "service": "land" if n % 2 else "civil_status", "at": moment})
        for n in range(6):
            for counter in (1, 2):
                at = f"{day}T{8 + (n + 1) // 6:02d}:{(n + 1) % 6 * 10 + counter:02d}:00+07:00"
                later = f"{day}T{8 + (n + 1) // 6:02d}:{(n + 1) % 6 * 10 + counter + 6:02d}:00+07:00"
                requests.append({"do": "call", "counter": counter, "at": at})
                requests.append({"do": "start", "counter": counter, "at": at})
                requests.append({"do": "finish", "counter": counter, "at": later})
        requests.sort(key=lambda request: str(request["at"]))
        ran = run("batch", "--given-clock", given=lines(*requests), db="school.db")
        assert all(line["ok"] for line in ran.lines), ran.out


def test_a_coming_day_and_a_past_one_of_an_office(run: Run) -> None:
    live_mondays(run)
    answer = run("staffing", "--day", "2026-11-30", "--json", db="school.db").json
    assert (answer["days"], answer["planned"], len(answer["hours"])) == (5, [1, 2, 3, 4], 8)
    assert [half["mean"] for half in answer["half_hours"]][:3] == [0, 12, 0]
    assert answer["hours"][0]["counters"] >= 1
    assert all(hour["in_time"] >= 0.75 for hour in answer["hours"])
    words = run("staffing", "--day", "2026-11-30", db="school.db").out
    assert "2026-11-30: about 12 citizens, from 5 days of that weekday" in words
    assert "08:00 (" in words

    was = run("whatif", "2026-11-23", "--json", db="school.db").json
    assert (was["n"], was["uncalled"]) == (12, 0)
    assert abs(was["error"]) < 0.05
    assert was["hours_saved"] == 0
    assert was["calling"] == {"rule": "points", "bonus_minutes": 10, "factor": 3, "cap": 2}
    one_more = run("whatif", "2026-11-23", "--counters", "5=land,civil_status", "3=", db="school.db")
    assert "person-hours less of waiting." in one_more.out
    assert "as supposed" in one_more.out

    shared = run("whatif", "2026-11-23", "--counters", "4=land:2,civil_status", db="school.db")
    assert "Simulated by the office's rule (waiting points: with priority 10 + 3 a minute; at most 2" in shared.out
    weights = ("whatif", "2026-11-23", "--counters", "4=land:2,civil_status", "--json")
    assert run(*weights, db="school.db").json["weights"] == {"4": {"land": 2, "civil_status": 1}}

    for refused in (
        ["2026-11-23", "--counters", "2=land:0"],
        ["2026-11-23", "--counters", "2=land:many"],
        ["2026-11-24"],
        ["tomorrow"],
        ["2026-11-23", "--counters", "2"],
        ["2026-11-23", "--counters", "2=tax"],
    ):
        ran = run("whatif", *refused, db="school.db")
        assert (ran.status, ran.out) == (2, ""), refused
        assert ran.err.strip()
