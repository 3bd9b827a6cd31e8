"""Stands in front of the whole application: nothing is parsed of a request that may not come in."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vega_terminal.api.checks import Access, problem_of, shows_token
from vega_terminal.api.head import Head
from vega_terminal.api.limits import Limits
from vega_terminal.api.problems import TOO_LARGE, TOO_SLOW, Problem
from vega_terminal.api.strangers import KNOWN
from vega_terminal.engine.defects import defect

_SECURITY: Final = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)


class ClientGone(Exception):
    """The client left before its body was there."""


class Guard:
    """Checks head and body of every request, marks every answer as private, and reports every defect once.

    Args:
        app: what answers.
        access: what lets a request in.
        limits: of size and time.
    """

    def __init__(self, app: ASGIApp, access: Access, limits: Limits) -> None:
        self._app = app
        self._access = access
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            return
        try:
            await self._answer(scope, receive, send)
        except Exception as error:
            defect(error)
            raise  # so that the server breaks off an answer that was begun

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = Head.of(scope)
        private = _private(send)
        is_known = shows_token(head, self._access.token)
        if is_known and (tell := scope.get("state", {}).get(KNOWN)) is not None:
            tell()
        problem = problem_of(head, self._access.place, self._limits, is_known=is_known)
        try:
            if problem is None and head.announces_body:
                outcome = await self._body(receive)
                if isinstance(outcome, bytes):
                    await self._app(scope, _replayed(outcome, receive), private)
                    return
                problem = outcome
        except ClientGone:
            return
        await (self._app if problem is None else problem.response())(scope, receive, private)

    async def _body(self, receive: Receive) -> bytes | Problem:
        """The whole body, or what is wrong with it.

        Raises:
            ClientGone: nobody waits for an answer any more.
        """
        body = bytearray()
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientGone
                    body += message.get("body", b"")
                    if len(body) > self._limits.body_bytes:
                        return TOO_LARGE
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            return TOO_SLOW


def _private(send: Send) -> Send:
    """Adds to each answer what keeps it from being stored, framed, or taken for something else."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message["headers"], *_SECURITY]
            message = {**message, "headers": headers}
        await send(message)

    return with_headers


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Hands out a body that was read already, then whatever comes next."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
