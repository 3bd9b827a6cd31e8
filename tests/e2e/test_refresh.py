"""`vega-auth refresh` with a real browser: what comes out, and what went over the wire."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
from pathlib import Path

import pytest

from vega_terminal.simulator import Call, Fault, FaultKind

from .command_line import CommandLine
from .conftest import MakeDesk
from .stored_tokens import save_valid

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(150)]

THREE = ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2")
SIX = ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2", "WEBSOCKET3", "OPTIONCHAIN1", "OPTIONCHAIN2")


def integrity_of(data: Path) -> str:
    with sqlite3.connect(data / "vega_trade.db") as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])


def texts_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_six_of_six_kept_in_private_then_nothing_to_do(make_desk: MakeDesk) -> None:
    desk = make_desk()
    os.umask(0o022)
    first = desk.run("refresh", "--json", "--no-input")
    assert first.code == 0, first.stderr
    assert first.verdicts() == dict.fromkeys(SIX, "VALID")
    status = first.document["status"]
    assert (status["generated"], status["totalApis"], status["state"]) == (6, 6, "DASHBOARD_READY")
    assert (status["ready"], status["reason"], status["allValid"]) == (True, "PRIMARY_VALIDATED", True)
    assert all(row["persisted"] and row["expiresAt"].endswith("T03:30:00+05:30") for row in status["tokens"])
    wire = desk.broker.counts.total
    assert (wire.logins, wire.otps_right, wire.pins_right, wire.dialogs) == (1, 1, 1, 6)
    assert (wire.exchanges, wire.exchanges_ok) == (6, 6)
    require_private(desk)

    second = desk.run("refresh", "--json", "--no-input")
    assert second.code == 0
    assert "Nothing had to be done" in second.document["summary"]
    again = desk.broker.counts.total
    assert (again.logins, again.dialogs, again.exchanges) == (1, 6, 6)
    assert again.profile_calls == wire.profile_calls + 6


def require_private(desk: CommandLine) -> None:
    """What is kept is for its owner alone, and no secret can be read in it."""
    kept = texts_in(desk.data)
    environment = desk.broker.environment()
    for key in ("UPSTOX_CLIENT_SECRET_PRIMARY", "UPSTOX_PIN", "UPSTOX_TOTP_SECRET", "UPSTOX_MOBILE_NUMBER"):
        assert environment[key].encode() not in kept, key
    assert b"eyJ" not in kept  # how every JWT begins
    for path in desk.data.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_one_invalid_slot_is_the_only_one_generated(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=THREE)
    asyncio.run(save_valid(desk, *THREE))
    desk.broker.revoke("WEBSOCKET1")
    result = desk.run("refresh", "--json", "--no-input")
    assert result.code == 0
    generated = [row["apiName"] for row in result.document["slots"] if row["generated"]]
    assert generated == ["WEBSOCKET1"]
    by_app = desk.broker.counts.by_app
    assert {name: by_app[name].exchanges for name in THREE} == dict.fromkeys(THREE, 0) | {"WEBSOCKET1": 1}


def test_a_captcha_parks_one_slot_while_the_others_go_on(make_desk: MakeDesk) -> None:
    desk = make_desk("captcha", apps=(*THREE, "OPTIONCHAIN1"))
    result = desk.run("refresh", "--json", "--no-input")
    assert result.code == 2, result.stderr
    others = dict.fromkeys(("PRIMARY", "WEBSOCKET1", "OPTIONCHAIN1"), "VALID")
    assert result.verdicts() == others | {"WEBSOCKET2": "MISSING"}
    assert result.failures()["WEBSOCKET2"] == "CAPTCHA_UNSOLVED"
    assert desk.broker.counts.total.logins == 1


def test_a_wrong_pin_is_submitted_exactly_once(make_desk: MakeDesk) -> None:
    desk = make_desk("wrong-pin")
    result = desk.run("refresh", "--json", "--no-input")
    assert result.code == 3
    wire = desk.broker.counts.total
    assert (wire.pins_wrong, wire.pins_right, wire.otp_requests, wire.exchanges) == (1, 0, 1, 0)
    assert set(result.failures().values()) == {"PIN_REJECTED"}
    assert desk.broker.environment()["UPSTOX_PIN"] not in result.stdout + result.stderr


def test_a_throttled_second_sign_in_starts_the_cooldown(make_desk: MakeDesk) -> None:
    desk = make_desk("throttled", apps=THREE, UPSTOX_LOGIN_STEP_TIMEOUT_SEC="10")
    result = desk.run("refresh", "--json", "--no-input")
    assert result.code == 1, result.stderr
    assert result.verdicts() == dict.fromkeys(THREE, "MISSING") | {"PRIMARY": "VALID"}
    assert result.failures()["WEBSOCKET1"] == "SIGN_IN_STALLED"
    status = result.document["status"]
    assert status["state"] == "COOLDOWN"
    assert 600 < status["cooldownRemainingSec"] <= 660
    assert status["ready"] is True
    wire = desk.broker.counts.total
    assert (wire.otp_requests, wire.stalls) == (2, 1)

    stored = desk.run("status", "--json")
    assert stored.document["state"] == "COOLDOWN"
    assert stored.document["cooldownRemainingSec"] <= status["cooldownRemainingSec"]
    during = desk.run("refresh", "--json", "--no-input")
    assert during.code == 1
    assert during.failures()["WEBSOCKET1"] == "COOLDOWN"
    after = desk.broker.counts.total
    assert (after.dialogs, after.otp_requests) == (wire.dialogs, wire.otp_requests)


UNCLEAR = [
    Fault(FaultKind.SERVER_ERROR, Call.PROFILE, status=503),
    Fault(FaultKind.TOO_MANY_REQUESTS, Call.PROFILE),
    Fault(FaultKind.BAD_GATEWAY_PAGE, Call.PROFILE),
    Fault(FaultKind.RESET, Call.PROFILE),
    Fault(FaultKind.SERVICE_HOURS, Call.PROFILE),
    Fault(FaultKind.HTML_IN_200, Call.PROFILE),
    Fault(FaultKind.HANG, Call.PROFILE),
]


def test_an_unclear_answer_never_causes_a_login(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=THREE, UPSTOX_VERIFY_TIMEOUT_MS="4000", UPSTOX_DEFAULT_ACTION="ALL")
    asyncio.run(save_valid(desk, *THREE))
    for fault in UNCLEAR:
        desk.broker.faults.clear()
        desk.broker.faults.add(fault)
        result = desk.run("refresh", "--json", "--no-input", "--yes")
        assert result.code == 1, fault
        assert set(result.verdicts().values()) == {"UNKNOWN"}, fault
    desk.broker.faults.clear()
    del desk.extra["UPSTOX_VERIFY_TIMEOUT_MS"]
    assert desk.run("refresh", "--no-input").code == 0
    wire = desk.broker.counts.total
    assert (wire.dialogs, wire.logins) == (0, 0)


def test_a_large_roster_over_two_identities(make_desk: MakeDesk) -> None:
    names = ("PRIMARY", *(f"APP{number}" for number in range(2, 9)))
    desk = make_desk(apps=names, identities=2)
    result = desk.run("refresh", "--json", "--no-input")
    assert result.code == 0, result.stderr
    assert result.verdicts() == dict.fromkeys(names, "VALID")
    counts = desk.broker.counts
    assert [tally.logins for tally in counts.by_mobile.values()] == [1, 1]
    assert counts.total.dialogs == 8


def test_ctrl_c_leaves_a_consistent_database_and_no_browser(make_desk: MakeDesk) -> None:
    desk = make_desk()
    process = desk.start("refresh", "--json", "--no-input")
    desk.interrupt(process, signal.SIGINT, lambda line: "PRIMARY: saved to the database" in line)
    result = desk.finish(process)
    assert result.code == 1
    assert result.verdicts()["PRIMARY"] == "VALID"
    assert result.failures()["OPTIONCHAIN2"] == "CANCELLED"
    assert integrity_of(desk.data) == "ok"
    wire = desk.broker.counts.total
    kept = sum(verdict == "VALID" for verdict in desk.run("status", "--json", "--verify").verdicts().values())
    assert kept == wire.exchanges_ok


def test_a_term_signal_before_the_first_token(make_desk: MakeDesk) -> None:
    desk = make_desk()
    process = desk.start("refresh", "--json", "--no-input")
    desk.interrupt(process, signal.SIGTERM, lambda line: "entering the mobile number" in line)
    result = desk.finish(process)
    assert result.code == 1
    assert set(result.failures().values()) == {"CANCELLED"}
    assert desk.broker.counts.total.exchanges == 0


def test_two_at_once_sign_in_once(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=THREE)
    both = [desk.start("refresh", "--json", "--no-input") for _ in range(2)]
    results = [process.communicate(timeout=90) for process in both]
    assert [process.returncode for process in both] == [0, 0], results
    wire = desk.broker.counts
    assert (wire.total.logins, wire.total.exchanges, wire.most_open_sign_ins) == (1, 3, 1)


def test_a_bad_redirect_costs_its_own_slot(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=(*THREE, "OPTIONCHAIN1"))
    broken = {"WEBSOCKET1": FaultKind.STATE_ALTERED, "WEBSOCKET2": FaultKind.REDIRECT_ERROR_CODE}
    for app, kind in broken.items():
        desk.broker.faults.add(Fault(kind, Call.REDIRECT, app=app))
    result = desk.run("refresh", "--json", "--no-input")
    assert result.code == 1
    assert result.failures() == {
        "PRIMARY": None, "WEBSOCKET1": "STATE_MISMATCH", "WEBSOCKET2": "REDIRECT_ERROR", "OPTIONCHAIN1": None,
    }  # fmt: skip
    for app in broken:
        assert desk.broker.counts.by_app[app].exchanges == 0
        (bundle,) = (desk.data / "logs").glob(f"login-*-{app}.json")
        assert "?" not in bundle.read_text()


def test_a_broker_that_is_down_loses_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk("broker-down", apps=("PRIMARY",))
    result = desk.run("refresh", "--json", "--no-input")
    assert result.code == 1
    assert result.failures() == {"PRIMARY": "MAINTENANCE"}
