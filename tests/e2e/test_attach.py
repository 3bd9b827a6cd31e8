"""A terminal that serves, one that is attached to it, and a server that takes over when the first dies."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.browser.leftovers import processes_of

from .command_line import CommandLine
from .conftest import MakeDesk
from .journey import generate, leave
from .screen import TerminalScreen

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(150)]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def terminal(desk: CommandLine, *arguments: str) -> Iterator[TerminalScreen]:
    """`vega-terminal`; what it serves or started may outlive it."""
    screen = TerminalScreen(
        [sys.executable, "-m", "vega_terminal.ui", *arguments], desk.environment(), desk.home
    )
    try:
        yield screen
    finally:
        screen.close()


def test_an_otp_is_answered_from_afar_and_the_terminal_outlives_its_server(make_desk: MakeDesk) -> None:
    port = free_port()
    desk = make_desk("sms-otp", apps=("PRIMARY",), VEGA_API_PORT=str(port))
    with terminal(desk, "--serve") as serving:
        serving.wait_for("The API is served at", "0 / 1 Access Tokens")
        with terminal(desk, "--attach", f"http://127.0.0.1:{port}") as attached:
            attached.wait_for("SIMULATED", f"AT 127.0.0.1:{port}", "0 / 1 Access Tokens")
            generate(attached)
            for screen in (serving, attached):
                screen.wait_for("ONE-TIME PASSWORD")
            otp = desk.broker.last_otp(desk.broker.environment()["UPSTOX_MOBILE_NUMBER"])
            assert otp is not None
            attached.press(*otp)
            for screen in (serving, attached):
                screen.wait_for("1 / 1 Access Tokens Generated", "All tokens are valid")
            attached.press("3")
            attached.wait_for("RELIANCE", "POSITIONS")

            serving.send_signal(signal.SIGKILL)
            assert serving.wait_for_end() == -1
            shown = attached.wait_for("✕ SERVER LOST", "NOT KNOWN", "? UNKNOWN")
            assert "RELIANCE" not in shown
            server = desk.start("serve")
            attached.wait_for("Attached again", "● VALID", "DASHBOARD_READY")
            leave(attached)
    server.send_signal(signal.SIGTERM)
    assert desk.finish(server).code == 0
    wire = desk.broker.counts.total
    assert (wire.logins, wire.otps_right, wire.exchanges_ok) == (1, 1, 1)
    assert processes_of(desk.home) == []
