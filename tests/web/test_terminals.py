"""Real terminals behind the pages: two of them make one login, and a closed page ends its run in order."""

from __future__ import annotations

import psutil
import pytest

from tests.browser.leftovers import processes_of, profiles_in
from tests.e2e.command_line import CommandLine
from tests.e2e.conftest import MakeDesk
from tests.waiting import until
from vega_terminal.simulator import Call, Fault, FaultKind

from .page_screen import page_screen
from .server_process import ServerProcess, server

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(150)]


def alone(running: ServerProcess, desk: CommandLine) -> bool:
    """Whether of everything on the operator's machine only the server runs."""
    return len(processes_of(desk.home)) == 1 and not running.terminals()


def has_ended(process: psutil.Process) -> bool:
    """Whether it runs no more, although nobody may have asked for its exit code."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def test_two_pages_are_two_terminals_and_one_login(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=("PRIMARY", "WEBSOCKET1"), UPSTOX_DECISION_MODE="ASK")
    with server(desk.home, desk.environment()) as running:
        async with page_screen(running.links[0]) as first:
            await first.wait_for("Press g")
            async with page_screen(running.links[1]) as second:
                await second.wait_for("Press g")
                assert len(running.terminals()) == 2
                await first.press("g")
                await first.wait_for("CONFIRM GENERATION")
                await second.press("g")
                await second.wait_for("Another")
                await first.press("y")
                await first.wait_for("2 / 2 Access Tokens Generated")
                await second.wait_for("2 / 2 Access Tokens Generated")
                await second.wait_for("The other process is done")
        until(lambda: alone(running, desk))
        assert running.stop() == 0
    wire = desk.broker.counts.total
    assert (wire.logins, wire.exchanges, desk.broker.counts.browsers_at_once) == (1, 2, 0)


async def test_when_the_server_is_killed_its_terminals_end_themselves(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=("PRIMARY",))
    with server(desk.home, desk.environment()) as running:
        async with page_screen(running.links[0]) as page:
            await page.wait_for("Press g")
            (terminal,) = running.terminals()
            running.process.kill()
            until(lambda: has_ended(terminal))


async def test_a_page_that_closes_in_the_middle_ends_its_run_and_keeps_its_tokens(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(apps=("PRIMARY", "WEBSOCKET1"))
    desk.broker.faults.add(Fault(FaultKind.HANG, Call.DIALOG, app="WEBSOCKET1"))
    with server(desk.home, desk.environment()) as running:
        async with page_screen(running.links[0]) as page:
            await page.wait_for("Press g")
            await page.press("g")
            await page.wait_for("CONFIRM GENERATION")
            await page.press("y")
            await page.wait_for("1 / 2 Access Tokens Generated")
            await page.wait_for("WEBSOCKET1: opening the authorization dialog")
        until(lambda: alone(running, desk))
        assert profiles_in(desk.data / "browser") == []
        assert running.stop() == 0
        assert "broke off" not in running.said
    assert "The run was stopped before it was done" in (desk.data / "logs" / "vega.log").read_text()
    assert desk.run("status", "--verify", "--json").verdicts() == {
        "PRIMARY": "VALID",
        "WEBSOCKET1": "MISSING",
    }
