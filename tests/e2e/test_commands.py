"""The commands without a login: settings, status, wrong command lines, nobody at stdin."""

from __future__ import annotations

import json
import signal

import pytest

from .conftest import MakeDesk

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]


def test_every_wrong_setting_is_told_at_once_and_nothing_is_started(make_desk: MakeDesk) -> None:
    desk = make_desk(UPSTOX_PIN="12", UPSTOX_DECISION_MODE="MAYBE", UPSTOX_COLDOWN_SEC="1")
    result = desk.run("refresh", "--json")
    assert result.code == result.document["exitCode"] == 3
    for key in ("UPSTOX_PIN", "UPSTOX_DECISION_MODE", "UPSTOX_COLDOWN_SEC", "UPSTOX_COOLDOWN_SEC"):
        assert key in result.stderr
    assert not desk.data.exists()
    assert desk.broker.counts.total.dialogs == 0


@pytest.mark.parametrize(
    "arguments",
    [("refresh", "--only", "NOPE"), ("token", "NOPE"), ("exec", "--only", "NOPE", "--", "true")],
)
def test_a_slot_that_is_not_there_ends_with_64_and_the_choices(
    make_desk: MakeDesk, arguments: tuple[str, ...]
) -> None:
    desk = make_desk()
    result = desk.run(*arguments)
    assert result.code == 64, result.stderr
    assert result.stdout == ""
    assert "Choose from PRIMARY, WEBSOCKET1," in result.stderr


def test_status_asks_nobody_and_never_changes_anything(make_desk: MakeDesk) -> None:
    desk = make_desk()
    result = desk.run("status", "--json")
    assert result.code == 0
    assert set(result.document) == {
        "totalApis", "generated", "primaryPresent", "cooldownRemainingSec", "state", "allValid",
        "executionId", "ready", "reason", "database", "tokens",
    }  # fmt: skip
    assert (result.document["state"], result.document["reason"]) == ("INIT", "PRIMARY_MISSING")
    assert "0 / 6 Access Tokens Generated" in desk.run("status").stdout
    assert sum(desk.broker.counts.calls.values()) == 0


def test_no_otp_is_requested_when_nobody_could_give_it(make_desk: MakeDesk) -> None:
    desk = make_desk("sms-otp", apps=("PRIMARY",))
    result = desk.run("refresh", "--json", "--no-input")
    assert result.code == 1
    assert result.failures() == {"PRIMARY": "OTP_MISSING"}
    assert desk.broker.counts.total.otp_requests == 0


def test_the_simulated_broker_prints_settings_and_ends_on_ctrl_c(make_desk: MakeDesk) -> None:
    desk = make_desk()
    process = desk.start("simulate", "captcha", "--json")
    assert process.stderr is not None
    assert "Simulated broker at" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    stdout, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    environment = json.loads(stdout)["environment"]
    assert environment["UPSTOX_API_NAMES"].startswith("PRIMARY,")


def test_the_demo_needs_no_settings_and_leaves_no_process(make_desk: MakeDesk) -> None:
    desk = make_desk()
    result = desk.run("status", "--demo", "--json")
    assert result.code == 0
    assert result.document["totalApis"] == 6
    assert (desk.data / "demo" / "vega_trade.db").is_file()
    assert desk.broker.counts.total.dialogs == 0
