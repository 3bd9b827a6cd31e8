"""The window around the terminal: any size, a signal from outside, and tmux."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.leftovers import processes_of
from tests.waiting import until
from vega_terminal.simulator import Call, Fault, FaultKind

from .command_line import CommandLine
from .conftest import MakeDesk
from .journey import PROGRAM, generate, leave, terminal
from .screen import TerminalScreen

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(150)]

SIZES = ((1, 1), (300, 100), (79, 23), (80, 24), (20, 5), (80, 23), (120, 36), (79, 24), (200, 50))


def test_a_login_goes_through_windows_of_every_size(make_desk: MakeDesk) -> None:
    desk = make_desk("sms-otp", apps=("PRIMARY", "WEBSOCKET1", "OPTIONCHAIN2"))
    with terminal(desk) as screen:
        generate(screen)
        screen.wait_for("ONE-TIME PASSWORD", "1 of 1")
        for columns, rows in SIZES:
            look_at_the_question(screen, columns, rows)
        otp = desk.broker.last_otp(desk.broker.environment()["UPSTOX_MOBILE_NUMBER"])
        assert otp is not None
        screen.press(*otp)
        screen.wait_until_gone("ONE-TIME PASSWORD")
        for columns, rows in SIZES:
            look_at_the_login(screen, columns, rows)
        screen.wait_for("3 / 3 Access Tokens Generated", "DASHBOARD_READY")
        leave(screen)
    wire = desk.broker.counts.total
    assert (wire.otps_right, wire.otps_wrong, wire.exchanges) == (1, 0, 3)


def look_at_the_question(screen: TerminalScreen, columns: int, rows: int) -> None:
    """It stays wherever there is some room, and can be answered."""
    screen.resize(columns, rows)
    if columns >= 79:
        screen.wait_for("ONE-TIME PASSWORD", "1 of 1", "Type the six digits", "Time left", "esc No OTP")


def look_at_the_login(screen: TerminalScreen, columns: int, rows: int) -> None:
    """Everything from 80x24 on, a word about the size below, nothing where no word has room."""
    screen.resize(columns, rows)
    if columns >= 80 and rows >= 24:
        screen.wait_for("/ 3 Access Tokens Generated", "PRIMARY", "OPTIONCHAIN2", "SIMULATED", "IST ")
        screen.wait_until_gone("TOO SMALL")
    elif columns >= 20:
        screen.wait_for("TERMINAL TOO SMALL", f"now {columns}x{rows}", "needs 80x24")
        screen.wait_until_gone("Access Tokens")


def test_a_signal_in_the_middle_of_a_login_leaves_the_terminal_as_it_was(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=("PRIMARY",))
    desk.broker.faults.add(Fault(FaultKind.HANG, Call.LOGIN_PAGE))
    with terminal(desk) as screen:
        generate(screen)
        screen.wait_for("opening the authorization dialog")
        screen.send_signal(signal.SIGTERM)
        assert screen.wait_for_end(20) == 0
        assert screen.is_as_before
    assert desk.run("status").code == 0


def test_a_window_that_is_closed_in_the_middle_of_a_login_ends_it(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=("PRIMARY",))
    desk.broker.faults.add(Fault(FaultKind.HANG, Call.LOGIN_PAGE))
    with terminal(desk) as screen:
        generate(screen)
        screen.wait_for("opening the authorization dialog")
        screen.close_window()
        until(lambda: processes_of(desk.home) == [])
    assert "The run was stopped before it was done" in desk.run("audit", "show").stdout


@contextmanager
def in_tmux(desk: CommandLine) -> Iterator[Tmux]:
    """The terminal in a tmux server of its own."""
    tmux = Tmux(desk.home, desk.environment())
    tmux("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "36", *PROGRAM)
    try:
        yield tmux
    finally:
        tmux("kill-server", expected=None)


class Tmux:
    """tmux with a socket in the operator's home.

    Args:
        home: where it is.
        environment: of the terminal.
    """

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.command = ("tmux", "-S", str(home / "tmux"))
        self._environment = {**environment, "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        self._home = home

    def __call__(self, *arguments: str, expected: int | None = 0) -> str:
        """Run a command of tmux; what it wrote."""
        done = subprocess.run(
            [*self.command, *arguments],
            env=self._environment,
            cwd=self._home,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert expected is None or done.returncode == expected, done.stderr
        return done.stdout

    def pane(self, *options: str) -> str:
        """What stands in the pane."""
        return self("capture-pane", "-p", *options)

    @contextmanager
    def attached(self) -> Iterator[TerminalScreen]:
        """A person's terminal that shows the session, until it is detached."""
        screen = TerminalScreen([*self.command, "attach"], self._environment, self._home)
        try:
            yield screen
            self("detach-client")
            assert screen.wait_for_end(20) == 0
        finally:
            screen.close()


def test_a_login_in_tmux_outlives_whoever_looks(make_desk: MakeDesk) -> None:
    desk = make_desk("sms-otp", apps=("PRIMARY",))
    with in_tmux(desk) as tmux:
        with tmux.attached() as screen:
            generate(screen)
            screen.wait_for("ONE-TIME PASSWORD")
        until(lambda: "ONE-TIME PASSWORD" in tmux.pane(), 60)
        otp = desk.broker.last_otp(desk.broker.environment()["UPSTOX_MOBILE_NUMBER"])
        assert otp is not None
        tmux("send-keys", otp)
        until(lambda: "DASHBOARD_READY" in tmux.pane(), 60)
        with tmux.attached() as screen:
            screen.wait_for("1 / 1 Access Tokens Generated", "SIMULATED", "● VALID")
            assert ";5;214" in tmux.pane("-e"), "amber of 256 colours"
        tmux("send-keys", "C-q")
        until(lambda: tmux("list-sessions", expected=None) == "")
    assert processes_of(desk.home) == []
