"""What this terminal wants done: sent once, and told honestly when there is no answer."""

from __future__ import annotations

from typing import Any, Final

import httpx

from vega_terminal.remote.connection import Connection
from vega_terminal.remote.errors import NotReached, ServerLost, unsent
from vega_terminal.remote.link import Link

_NOT_KNOWN: Final = "Whether the server has done it is not known."


async def hand_over(
    link: Link,
    connection: Connection,
    path: str,
    kind: Any = None,  # noqa: ANN401 - as the link takes it
    value: object = None,
) -> httpx.Response:
    """Hand in an intent, and wait for its answer as long as the connection is there.

    Raises:
        ServerLost: there is no answer; its sentence says whether anything was sent.
        VegaError: the engine refused.
    """
    connection.require()
    try:
        return await connection.unless_lost(link.post(path, kind, value))
    except NotReached as error:
        why = unsent(str(error))
    except ServerLost as error:
        why = f"{error} {_NOT_KNOWN}"
    raise ServerLost(why)
