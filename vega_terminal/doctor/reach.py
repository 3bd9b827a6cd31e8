"""Whether anybody takes connections somewhere; nothing is said to whoever does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, Final

_CONNECT_SECONDS: Final = 1.0


async def is_answered(
    opening: Coroutine[Any, Any, tuple[asyncio.StreamReader, asyncio.StreamWriter]],
) -> bool:
    """Whether `opening`, such as `asyncio.open_connection(host, port)`, gets through within a second."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(_CONNECT_SECONDS):
            _, writer = await opening
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True
    return False
