"""A crash ends every task at once: whoever still writes then is refused, and waits for nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from vega_terminal.domain.errors import StorageError
from vega_terminal.store.sqlite.writer import Row, Writer

PATIENCE_SECONDS = 10


async def test_what_is_under_way_is_given_up_and_what_comes_later_is_refused() -> None:
    begun = asyncio.Event()

    async def hangs(_statement: str, _parameters: Sequence[object]) -> list[Row]:
        begun.set()
        await asyncio.Event().wait()
        return []

    writer = Writer(hangs)
    serving = asyncio.create_task(writer.serve())
    under_way = asyncio.create_task(writer.write("UPDATE"))
    queued = asyncio.create_task(writer.write("INSERT"))
    await begun.wait()
    serving.cancel()
    async with asyncio.timeout(PATIENCE_SECONDS):
        ended = await asyncio.gather(serving, under_way, queued, return_exceptions=True)
        assert [type(each) for each in ended] == [asyncio.CancelledError] * 3
        with pytest.raises(StorageError, match="Nothing was written"):
            await writer.write("DELETE")
