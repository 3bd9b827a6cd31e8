"""What an attached terminal may do: verify, generate, cancel, re-arm, answer."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from vega_terminal.api.attach_replies import done, operator, reply
from vega_terminal.api.numbers import number_in
from vega_terminal.domain.errors import VegaError
from vega_terminal.domain.execution import TokenExecutionRequest, TokenExecutionResult
from vega_terminal.engine.prompt_hub import PromptHub
from vega_terminal.front_ports import Execution, RunningEngine
from vega_terminal.wire.coding import decode
from vega_terminal.wire.intents import Begun, Rearm
from vega_terminal.wire.questions import Answered, answer_of

REQUESTED_BY: Final = "attach"
_MOST_REMEMBERED: Final = 16
_LAST_QUESTION: Final = 2**53
"""Far beyond what the hub counts to, which begins anywhere up to 2**31."""
_LONGEST_POLL: Final = 20.0
"""Seconds for which the question after a result waits for it; then it is asked again."""


class AttachIntents:
    """Passes intents on to the engine.

    Args:
        engine: does what is asked.
        hub: takes answers.
    """

    def __init__(self, engine: RunningEngine, hub: PromptHub) -> None:
        self._engine = engine
        self._hub = hub
        self._begun: OrderedDict[str, Execution] = OrderedDict()

    async def verify(self, _request: Request) -> Response:
        """Verify every token; the verdicts come down the stream."""
        await self._engine.verify()
        return done()

    async def generate(self, request: Request) -> Response:
        """Begin a run, or join the one under way."""
        order = decode(TokenExecutionRequest, await request.body())
        execution = self._engine.begin(replace(order, requested_by=REQUESTED_BY))
        self._begun[execution.execution_id] = execution
        while len(self._begun) > _MOST_REMEMBERED:
            self._begun.popitem(last=False)
        return reply(Begun, Begun(execution.execution_id), HTTPStatus.ACCEPTED)

    async def execution(self, request: Request) -> Response:
        """The result of a run that was begun from afar: 200, or 202 while it is not there."""
        execution = self._begun.get(request.path_params["execution_id"])
        if execution is None:
            raise VegaError(
                "The server was started anew meanwhile; the messages tell what became of the run."
            )
        over, _ = await asyncio.wait({execution.result}, timeout=_LONGEST_POLL)
        if not over:
            return done(HTTPStatus.ACCEPTED)
        return reply(TokenExecutionResult, execution.result.result())

    async def cancel(self, _request: Request) -> Response:
        """End the run under way; answered when no browser is left."""
        await self._engine.cancel()
        return done()

    async def rearm(self, request: Request) -> Response:
        """Allow sign-ins of an identity again; who said so is recorded."""
        order = decode(Rearm, await request.body())
        if order.identity not in {identity.key for identity in self._engine.spent()}:
            raise VegaError("Sign-ins of this identity are not stopped, so there is nothing to allow again.")
        await self._engine.rearm(order.identity, by=operator(request))
        return done()

    async def answer(self, request: Request) -> Response:
        """Take an answer to a question: 204, or 410 when it was not open any more."""
        number = number_in(request.path_params["number"], _LAST_QUESTION)
        answer = answer_of(decode(Answered, await request.body()))
        if number is None or not self._hub.answer(number, answer, operator(request)):
            return done(HTTPStatus.GONE)
        return done()
