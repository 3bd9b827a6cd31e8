"""`vega-auth refresh` with somebody at the terminal: what is asked, and what an answer leads to."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pexpect
import pytest

from tests.browser.leftovers import processes_of

from .command_line import CommandLine
from .conftest import MakeDesk
from .stored_tokens import save_valid

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(120)]

CTRL_C, CTRL_D = "\x03", "\x04"
DECISION = "Generate .*: "


class Conversation:
    """A command in a terminal, and all that it ever wrote there."""

    def __init__(self, desk: CommandLine, arguments: tuple[str, ...]) -> None:
        self._child = pexpect.spawn(
            sys.executable,
            ["-m", "vega_terminal.cli", *arguments],
            env={**desk.environment(), "LANG": "C.UTF-8"},
            cwd=str(desk.home),
            dimensions=(36, 300),
            timeout=45,
            encoding="utf-8",
        )
        self._written = ""

    @property
    def written(self) -> str:
        """Everything on the screen so far."""
        return self._written

    @property
    def echoes(self) -> bool:
        """Whether the terminal shows what is typed."""
        return self._child.getecho()

    def wait_for(self, pattern: str) -> None:
        self._child.expect(pattern)
        self._note()

    def answer(self, text: str) -> None:
        self._child.sendline(text)

    def press(self, key: str) -> None:
        self._child.send(key)

    def end(self) -> int:
        """Wait for the end; the exit code."""
        self._child.expect(pexpect.EOF)
        self._note()
        self._child.wait()
        self._child.close()
        return -1 if self._child.exitstatus is None else int(self._child.exitstatus)

    def close(self) -> None:
        self._child.close(force=True)

    def _note(self) -> None:
        after = self._child.after
        self._written += (self._child.before or "") + (after if isinstance(after, str) else "")


@contextmanager
def conversation(desk: CommandLine, *arguments: str) -> Iterator[Conversation]:
    """A `refresh` in a terminal; nothing of it is left afterwards."""
    talk = Conversation(desk, ("refresh", *arguments))
    try:
        yield talk
    finally:
        talk.close()
    assert processes_of(desk.home) == []


@pytest.mark.parametrize("answer", ["n", CTRL_D])
def test_no_means_no_login(make_desk: MakeDesk, answer: str) -> None:
    desk = make_desk()
    with conversation(desk) as talk:
        talk.wait_for(DECISION)
        if answer == CTRL_D:
            talk.press(CTRL_D)
        else:
            talk.answer(answer)
        assert talk.end() == 1
    assert "0 of 6 access tokens are valid" in talk.written
    assert desk.broker.counts.total.dialogs == 0


def test_a_selection_by_name_after_an_answer_without_sense(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=("PRIMARY", "WEBSOCKET1"), UPSTOX_DECISION_MODE="ASK")
    with conversation(desk) as talk:
        talk.wait_for(DECISION)
        talk.answer("perhaps")
        talk.wait_for("Please answer")
        talk.wait_for(DECISION)
        talk.answer("websocket1")
        assert talk.end() == 1
    by_app = desk.broker.counts.by_app
    assert (by_app["PRIMARY"].dialogs, by_app["WEBSOCKET1"].exchanges_ok) == (0, 1)


def test_a_default_is_taken_in_time_and_captchas_are_given_up_or_solved_without_a_word(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk("captcha-all", apps=("PRIMARY", "WEBSOCKET1"), UPSTOX_DECISION_TIMEOUT_MS="300")
    with conversation(desk) as talk:
        talk.wait_for(DECISION)
        talk.wait_for("default INVALID_ONLY")
        talk.wait_for("solve the CAPTCHA .*: ")
        assert desk.broker.counts.total.otp_requests == 0
        talk.answer("x")
        talk.wait_for("solve the CAPTCHA .*: ")
        assert desk.broker.solve_turnstile("WEBSOCKET1") == 1
        assert talk.end() == 2
    by_app = desk.broker.counts.by_app
    assert (by_app["PRIMARY"].exchanges, by_app["WEBSOCKET1"].exchanges_ok) == (0, 1)


def test_all_renews_a_valid_token_by_an_otp_that_is_asked_for_and_never_shown(make_desk: MakeDesk) -> None:
    desk = make_desk("sms-otp", apps=("PRIMARY",))
    asyncio.run(save_valid(desk, "PRIMARY"))
    with conversation(desk, "--yes", "--all") as talk:
        talk.wait_for("OTP for .*: ")
        assert not talk.echoes
        talk.answer("12345")
        talk.wait_for("not six digits")
        talk.wait_for("OTP for .*: ")
        otp = desk.broker.last_otp(desk.broker.environment()["UPSTOX_MOBILE_NUMBER"])
        assert otp is not None
        talk.answer(f"{otp[:3]}-{otp[3:]}")
        assert talk.end() == 0
    assert "1 of them new" in talk.written
    assert otp not in talk.written.replace("-", "")
    wire = desk.broker.counts.total
    assert (wire.otps_right, wire.otps_wrong, wire.otp_requests, wire.exchanges_ok) == (1, 0, 1, 1)


def test_ctrl_c_at_the_otp_leaves_the_terminal_as_it_was(make_desk: MakeDesk) -> None:
    desk = make_desk("sms-otp", apps=("PRIMARY",))
    with conversation(desk, "--yes") as talk:
        talk.wait_for("OTP for .*: ")
        assert not talk.echoes
        talk.press(CTRL_C)
        talk.wait_for("Stopping")
        talk.wait_for("0 of 1 access tokens are valid")
        assert talk.end() == 1
    assert "Traceback" not in talk.written
    assert "otp_submit" not in desk.broker.counts.calls


def test_echo_is_back_after_a_declined_otp(make_desk: MakeDesk) -> None:
    desk = make_desk("sms-otp", apps=("PRIMARY",))
    with conversation(desk, "--yes") as talk:
        talk.wait_for("OTP for .*: ")
        talk.answer("")
        talk.wait_for("No OTP was given: the question was declined")
        assert talk.echoes
        assert talk.end() == 1
    assert "otp_submit" not in desk.broker.counts.calls
