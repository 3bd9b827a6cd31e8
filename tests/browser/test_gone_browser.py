"""Windows closed, browsers and drivers killed or frozen, runs cancelled: nothing is ever left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest
from selenium.webdriver.remote.webdriver import WebDriver

from vega_terminal.domain.errors import BrowserError
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.secret import Secret
from vega_terminal.simulator.knobs import Turnstile

from .bench import Bench, ScriptedDesk
from .conftest import OpenBrowser
from .family import browser_of, driver_of, pages_of
from .leftovers import processes_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def _quit(driver: WebDriver) -> None:
    """What the browser's own menu does."""
    driver.execute("executeCdpCommand", {"cmd": "Browser.close", "params": {}})


def _kill_driver(bench: Bench) -> None:
    driver_of(bench).kill()


def _kill_browser(bench: Bench) -> None:
    browser_of(bench).kill()


def _kill_page(bench: Bench) -> None:
    for renderer in pages_of(bench):
        renderer.kill()


@pytest.mark.parametrize("kill", [_kill_driver, _kill_browser, _kill_page])
async def test_a_crash_while_the_operator_is_asked_ends_the_run(
    open_browser: OpenBrowser, kill: Callable[[Bench], None]
) -> None:
    async with open_browser() as bench:
        desk = _asking(lambda: kill(bench))

        async with asyncio.timeout(8):
            with pytest.raises(BrowserError) as error:
                await bench.authorize(desk=desk)

        assert error.value.kind is FailureKind.BROWSER_CRASHED
        assert desk.withdrawn == ["otp"]


async def test_a_window_closed_by_hand_is_no_crash(open_browser: OpenBrowser) -> None:
    async with open_browser() as bench:
        desk = bench.desk()
        desk.person_timeout = 20.0

        async def close_instead() -> Secret | None:
            await bench.by_hand(lambda driver: driver.close())
            await asyncio.Event().wait()
            return None

        desk.otp_answer = close_instead
        async with asyncio.timeout(8):
            with pytest.raises(BrowserError) as error:
                await bench.authorize(desk=desk)

        assert error.value.kind is FailureKind.BROWSER_CLOSED


async def test_a_browser_that_was_quit_is_no_crash(open_browser: OpenBrowser) -> None:
    async with open_browser() as bench:
        await bench.code("PRIMARY")
        with suppress(BrowserError):
            await bench.by_hand(_quit)

        with pytest.raises(BrowserError) as error:
            await bench.code("WEBSOCKET1")

        assert error.value.kind is FailureKind.BROWSER_CLOSED


@pytest.mark.parametrize(
    "step",
    [
        LoginStep.OPENING_BROWSER,
        LoginStep.OPENING_DIALOG,
        LoginStep.WAITING_OTP_PAGE,
        LoginStep.WAITING_OTP,
        LoginStep.WAITING_REDIRECT,
    ],
)
async def test_a_run_cancelled_at_any_step_leaves_nothing(open_browser: OpenBrowser, step: LoginStep) -> None:
    async with open_browser() as bench:
        desk = bench.desk()
        run = asyncio.create_task(bench.authorize(desk=desk))
        desk.steps = _CancellingSteps(step, run)

        with pytest.raises(asyncio.CancelledError):
            await run

        assert desk.steps[-1] is step


async def test_a_run_cancelled_before_a_captcha_leaves_nothing(open_browser: OpenBrowser) -> None:
    async with open_browser() as bench:
        bench.broker.faults.change(turnstile=Turnstile.ON)
        await bench.parked("PRIMARY")
        desk = bench.desk()
        called = asyncio.Event()

        async def answer() -> bool:
            called.set()
            await asyncio.Event().wait()
            return False

        desk.captcha_answer = answer
        run = asyncio.create_task(bench.resumed("PRIMARY", desk))
        await asyncio.wait_for(called.wait(), 10)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

        assert desk.withdrawn == ["captcha"]


async def test_a_frozen_driver_is_killed(open_browser: OpenBrowser) -> None:
    async with open_browser() as bench:
        await bench.code("PRIMARY")
        driver_of(bench).suspend()
        run = asyncio.create_task(bench.code("WEBSOCKET1"))
        done, _ = await asyncio.wait({run}, timeout=0.2)
        assert not done
        run.cancel()
        assert processes_of(bench.folder / "browser") != []


def _asking(happens: Callable[[], None]) -> ScriptedDesk:
    """A desk whose question after the OTP is never answered, because something happens instead."""

    async def answer() -> Secret | None:
        happens()
        await asyncio.Event().wait()
        return None

    return ScriptedDesk(otp_answer=answer, person_timeout=20.0)


class _CancellingSteps(list[LoginStep]):
    """Cancels a run when its login reaches a step."""

    def __init__(self, step: LoginStep, run: asyncio.Task[Secret | object]) -> None:
        super().__init__()
        self._step = step
        self._run = run

    def append(self, step: LoginStep) -> None:
        super().append(step)
        if step is self._step:
            self._run.cancel()
