"""One run on a server, from its order to its result."""

from __future__ import annotations

from http import HTTPStatus

from vega_terminal.domain.execution import TokenExecutionRequest, TokenExecutionResult
from vega_terminal.remote.connection import Connection
from vega_terminal.remote.errors import NotAttachable, ServerLost
from vega_terminal.remote.intents import hand_over
from vega_terminal.remote.link import Link
from vega_terminal.wire.coding import decode
from vega_terminal.wire.intents import Begun


async def run_there(
    link: Link, connection: Connection, request: TokenExecutionRequest
) -> TokenExecutionResult:
    """Begin a run or join the one under way, and wait for its result, through losses of the connection.

    Raises:
        VegaError: it could not be begun, or the server was started anew meanwhile.
    """
    response = await hand_over(link, connection, "/generate", TokenExecutionRequest, request)
    path = f"/executions/{decode(Begun, response.content).execution_id}"
    while True:
        try:
            asking = link.get_unless(HTTPStatus.ACCEPTED, TokenExecutionResult, path)
            result = await connection.unless_lost(asking)
        except (ServerLost, NotAttachable):
            await connection.restored()
        else:
            if result is not None:
                return result
