"""A person in front of the browser window."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from selenium.webdriver.remote.webdriver import WebDriver

from .bench import Bench, eventually


async def fill_in(bench: Bench, field: str, text: str, button: str) -> None:
    """Wait until the page shows a field, type into it, and press the button once it may be pressed."""

    async def typed() -> bool:
        return await bench.by_hand(lambda driver: _typed(driver, field, text))

    async def pressed() -> bool:
        return await bench.by_hand(lambda driver: _pressed(driver, button))

    await eventually(typed)
    await eventually(pressed)


async def solve_captcha(bench: Bench, app: str) -> None:
    """Wait for an app's CAPTCHA and click it."""

    async def solved() -> bool:
        return bench.broker.solve_turnstile(app) > 0

    await eventually(solved)


@asynccontextmanager
async def meanwhile(doing: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let a person do something while the block runs; what goes wrong with it shows at the end."""
    task = asyncio.create_task(doing)
    try:
        yield
        await task
    finally:
        task.cancel()


def _typed(driver: WebDriver, field: str, text: str) -> bool:
    found = [element for element in driver.find_elements("id", field) if element.is_displayed()]
    for element in found:
        element.send_keys(text)
    return bool(found)


def _pressed(driver: WebDriver, button: str) -> bool:
    """Press as the page allows it: enabled, and not under a cover."""
    return bool(
        driver.execute_script(
            "const button = document.getElementById(arguments[0]);"
            "const box = button.getBoundingClientRect();"
            "const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);"
            "if (button.disabled || top !== button) return false; button.click(); return true;",
            button,
        )
    )
