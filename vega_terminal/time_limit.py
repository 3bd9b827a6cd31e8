"""Asking something that may never answer."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from vega_terminal.clock import Clock

T = TypeVar("T")


async def within(seconds: float, call: Callable[[], T], clock: Clock) -> T:
    """Run the blocking `call` on a thread that nobody has to wait for, and take its result or error.

    A call that hangs keeps its daemon thread; it holds up neither the loop nor the end of the program.

    Raises:
        TimeoutError: no answer within `seconds`.
    """
    promise: concurrent.futures.Future[T] = concurrent.futures.Future()
    promise.set_running_or_notify_cancel()  # a late answer is then dropped instead of refused
    answer = asyncio.wrap_future(promise)
    limit = asyncio.ensure_future(clock.sleep(seconds))
    threading.Thread(target=_answer, args=(call, promise), name="vega-time-limit", daemon=True).start()
    racing: set[asyncio.Future[Any]] = {answer, limit}
    try:
        await asyncio.wait(racing, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise TimeoutError
        return answer.result()
    finally:
        answer.cancel()
        limit.cancel()


def _answer(call: Callable[[], T], promise: concurrent.futures.Future[T]) -> None:
    try:
        promise.set_result(call())
    except Exception as error:  # noqa: BLE001 - raised again where the answer is awaited
        promise.set_exception(error)
