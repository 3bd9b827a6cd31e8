"""Work that must not be cut: it ends, and only then the cancellation goes on."""

from __future__ import annotations

import asyncio

import pytest

from vega_terminal.engine.shielded import to_the_end


class Work:
    """Waits until it is released, then returns or raises."""

    def __init__(self, error: Exception | None = None) -> None:
        self.released = asyncio.Event()
        self.ended = False
        self._error = error

    async def run(self) -> str:
        await self.released.wait()
        self.ended = True
        if self._error is not None:
            raise self._error
        return "done"


async def test_the_result_comes_back() -> None:
    work = Work()
    work.released.set()
    assert await to_the_end(work.run()) == "done"


async def test_the_error_comes_back() -> None:
    work = Work(LookupError("why"))
    work.released.set()
    with pytest.raises(LookupError, match="why"):
        await to_the_end(work.run())


@pytest.mark.parametrize("times", [1, 2, 5])
async def test_cancelling_waits_for_the_end(times: int) -> None:
    work = Work()
    caller = asyncio.create_task(to_the_end(work.run()))
    for _ in range(times):
        await asyncio.sleep(0)
        caller.cancel()
    for _ in range(5):
        await asyncio.sleep(0)
    assert not caller.done()
    work.released.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert work.ended


async def test_an_error_after_cancelling_is_the_cause_of_the_cancellation() -> None:
    error = LookupError("why")
    work = Work(error)
    causes: list[BaseException | None] = []

    async def call() -> None:
        try:
            await to_the_end(work.run())
        except asyncio.CancelledError as stop:
            causes.append(stop.__cause__)
            raise

    caller = asyncio.create_task(call())
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.sleep(0)
    work.released.set()
    await asyncio.wait({caller})
    assert caller.cancelled()
    assert causes == [error]


async def test_work_that_is_itself_cancelled_cancels_the_caller() -> None:
    async def cancels_itself() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)

    with pytest.raises(asyncio.CancelledError):
        await to_the_end(cancels_itself())
