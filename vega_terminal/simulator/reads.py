"""Authenticated reads: a token is checked, the answer gets its envelope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING

from vega_terminal.simulator.authorization import bearer_of, presenting_app
from vega_terminal.simulator.envelope import success
from vega_terminal.simulator.guard import Endpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from vega_terminal.simulator.brokerage import Brokerage
    from vega_terminal.simulator.faults import Call
    from vega_terminal.simulator.knobs import Knobs
    from vega_terminal.simulator.population import Identity


class Access(Enum):
    """What a read needs: an access token; at least an extended one; nothing."""

    ACCESS_TOKEN = auto()
    EXTENDED_TOKEN = auto()
    PUBLIC = auto()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a read may look at.

    Attributes:
        identity: the caller; the first customer for public reads.
        moment: the simulated instant, UTC.
    """

    identity: Identity
    moment: datetime
    path: Mapping[str, str]
    query: Mapping[str, str]
    knobs: Knobs


Produce = Callable[[Reading], object]


def endpoint_of(path: str, call: Call, produce: Produce, access: Access = Access.ACCESS_TOKEN) -> Endpoint:
    """The guarded route of a read; `produce` makes the `data` of its answer or raises RefusedError."""

    async def handle(brokerage: Brokerage, request: Request) -> Response:
        identity = brokerage.population.identities[0]
        if access is not Access.PUBLIC:
            extended_is_enough = access is Access.EXTENDED_TOKEN
            identity = bearer_of(brokerage, request, extended_is_enough=extended_is_enough).identity
        knobs, moment = brokerage.faults.knobs, brokerage.clock.now()
        return success(produce(Reading(identity, moment, request.path_params, request.query_params, knobs)))

    return Endpoint(path, call, handle, presenting_app)
