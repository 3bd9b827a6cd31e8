"""One run's approvals: a listener while somebody waits, one request for each slot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import BrokerError, SignInError
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import IST
from vega_terminal.engine.ports import Asked, LoginDesk
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.phone.mailbox import Mailbox
from vega_terminal.phone.matching import Span
from vega_terminal.phone.notifier import Notifier, Place
from vega_terminal.phone.open_requests import FILE_NAME, OpenRequests
from vega_terminal.phone.waiting import Waiting


class TokenRequests(Protocol):
    """The broker, as far as an approval needs it."""

    async def request_token(self, slot: ApiSlot) -> Secret | None:
        """Ask the user of the slot's app, exactly once.

        Returns:
            The notifier URL that the app is registered with; None when it is not told.

        Raises:
            BrokerError: nobody is asked; with TIMEOUT it is not known whether somebody is.
        """
        ...


class PhoneSession:
    """Implements `ApprovalSession` without any page."""

    def __init__(
        self, broker: TokenRequests, place: Place, folder: Path, patience: float, clock: Clock
    ) -> None:
        """Prepare it; nothing listens yet.

        Args:
            broker: is asked.
            place: where its answers are taken.
            folder: for the note of open requests.
            patience: seconds that a person has.
            clock: to wait by.
        """
        self._broker = broker
        self._place = place
        self._patience = timedelta(seconds=patience)
        self._clock = clock
        self._mailbox = Mailbox()
        self._notifier = Notifier(place, self._mailbox.receive, clock)
        self._requests = OpenRequests(folder, self._patience)
        self._turn = asyncio.Lock()
        self._open: set[Waiting] = set()

    async def authorize(self, slot: ApiSlot, desk: LoginDesk) -> Asked:
        """Ask for `slot`, or go on with a request that is still open; see `ApprovalSession`.

        Raises:
            SignInError: with NO_NOTIFIER, the answer could not be taken; nobody was asked.
            BrokerError: the broker does not ask.
        """
        desk.report(LoginStep.ASKING_APPROVAL)
        now = self._clock.now()
        earlier = await self._requests.asked_at(slot.client_id, now)
        since = earlier or now
        span = Span(since, since + self._patience)
        waiting = Waiting(slot.client_id, span, self._clock, self._closed)
        await self._listen(waiting)
        try:
            if earlier is None:
                await self._ask(slot, waiting)
            else:
                waiting.remark(_still_open(span))
        except BaseException:
            await to_the_end(waiting.close(done=False))
            raise
        return waiting

    async def close(self) -> None:
        """End every wait and the listener."""
        for waiting in tuple(self._open):
            await waiting.close(done=False)
        await self._notifier.stop()

    async def _listen(self, waiting: Waiting) -> None:
        """Have the listener up before anybody is asked: the answer may come at once."""
        async with self._turn:
            try:
                await self._notifier.start()
            except OSError as error:
                raise SignInError(_no_notifier(self._place, error)) from error
            self._open.add(waiting)
            self._mailbox.expect(waiting)

    async def _ask(self, slot: ApiSlot, waiting: Waiting) -> None:
        await self._noted(waiting, self._requests.note(slot.client_id, waiting.since))
        try:
            address = await self._broker.request_token(slot)
        except BrokerError as error:
            if error.kind is not FailureKind.TIMEOUT:
                await self._noted(waiting, self._forgotten(waiting))
                raise
            waiting.remark("The broker did not answer the request in time, and may have asked all the same.")
        else:
            if address is not None and not _leads_here(address, self._place):
                waiting.remark(_ELSEWHERE)

    async def _closed(self, waiting: Waiting) -> None:
        """Stop listening with the last wait; an answered request is open no longer."""
        if waiting.done:
            await self._noted(waiting, self._forgotten(waiting))
        async with self._turn:
            self._open.discard(waiting)
            if self._mailbox.forget(waiting):
                await self._notifier.stop()

    async def _noted(self, waiting: Waiting, note: Awaitable[None]) -> None:
        """Have the note of open requests follow; without it somebody may be asked twice, no more."""
        try:
            await note
        except OSError as error:
            waiting.remark(f"The request could not be noted in {FILE_NAME} ({error.strerror}): {_TWICE}")

    def _forgotten(self, waiting: Waiting) -> Awaitable[None]:
        return self._requests.forget(waiting.client_id, self._clock.now())


_TWICE: Final = "if this process ends now, the next one asks again."
_ELSEWHERE: Final = (
    "The app's notifier URL at the broker does not end with VEGA_NOTIFIER_PATH: unless the reverse proxy"
    " changes the path, no answer arrives here."
)


def _leads_here(address: Secret, place: Place) -> bool:
    """Whether a notifier URL ends where we listen, as far as that can be seen."""
    try:
        path = urlsplit(address.reveal()).path
    except ValueError:
        return False
    return path.endswith(place.path.reveal())


def _still_open(span: Span) -> str:
    asked, until = (each.astimezone(IST) for each in (span.since, span.until))
    return (
        f"The broker asked on the phone at {asked:%H:%M:%S} IST already. It is not asked again before"
        f" {until:%H:%M:%S} IST; that approval still counts."
    )


def _no_notifier(place: Place, error: OSError) -> Failure:
    return Failure(
        FailureKind.NO_NOTIFIER,
        f"The broker's answer could not be taken at {place.host}:{place.port} ({error.strerror}), so nobody"
        " was asked. End the program that uses the port, or set VEGA_NOTIFIER_HOST and VEGA_NOTIFIER_PORT"
        " to a free place, also in the reverse proxy.",
    )
