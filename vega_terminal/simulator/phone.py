"""What happens on the customers' phones when an app asks for a token, and what is sent because of it."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from vega_terminal.simulator.counts import Happening
from vega_terminal.simulator.knobs import PhoneAct
from vega_terminal.simulator.notifier import post
from vega_terminal.simulator.schedule import token_death_after

if TYPE_CHECKING:
    from datetime import datetime

    from vega_terminal.simulator.clock import SimulatedClock
    from vega_terminal.simulator.counts import Counters
    from vega_terminal.simulator.faults import FaultBoard
    from vega_terminal.simulator.population import SimulatedApp
    from vega_terminal.simulator.tokens import TokenMint

Document = dict[str, object]

_STRANGER = "ZZ9999"
_ENDINGS = frozenset({PhoneAct.REJECT, PhoneAct.SILENCE})


class Phones:
    """Performs what the knobs say for each request; nothing is awaited by whoever asked."""

    def __init__(
        self, tokens: TokenMint, clock: SimulatedClock, faults: FaultBoard, counters: Counters, url: str
    ) -> None:
        self._tokens = tokens
        self._clock = clock
        self._faults = faults
        self._counters = counters
        self._url = url
        self._last: dict[str, Document] = {}
        self._acting: set[asyncio.Task[None]] = set()

    def ring(self, app: SimulatedApp) -> None:
        """An app asks its customer for a token."""
        task = asyncio.ensure_future(self._act(app))
        self._acting.add(task)
        task.add_done_callback(self._acting.discard)

    async def _act(self, app: SimulatedApp) -> None:
        knobs = self._faults.knobs
        for act in knobs.phone_acts(app.name):
            await asyncio.sleep(knobs.phone_after_ms / 1000)
            if act in _ENDINGS:
                return
            if act is PhoneAct.LATE:
                await asyncio.sleep(knobs.phone_late_ms / 1000)
            await asyncio.gather(*(self._send(app, each) for each in self._documents(app, act)))

    def _documents(self, app: SimulatedApp, act: PhoneAct) -> list[Document | str]:
        match act:
            case PhoneAct.MALFORMED:
                return ['{"client_id": ']
            case PhoneAct.REPLAY:
                return [self._last.get(app.name) or self._document(app, self._yesterday())]
            case PhoneAct.FORGE:
                return [self._forged(app)]
            case PhoneAct.WRONG_USER:
                return [self._document(app) | {"user_id": _STRANGER}]
            case PhoneAct.WRONG_CLIENT:
                return [self._document(app) | {"client_id": str(uuid.uuid4())}]
        self._last[app.name] = self._document(app)
        return [self._last[app.name]] * (2 if act is PhoneAct.DUPLICATE else 1)

    def _document(self, app: SimulatedApp, issued: datetime | None = None) -> Document:
        """The broker's message about a new token (broker docs: access-token-request)."""
        at = issued or self._clock.now()
        return {
            "client_id": app.client_id,
            "user_id": app.identity.user_id,
            "access_token": self._tokens.issue(app, app.identity, at=at),
            "token_type": "Bearer",
            "expires_at": milliseconds(token_death_after(at)),
            "issued_at": milliseconds(at),
            "message_type": "access_token",
        }

    def _forged(self, app: SimulatedApp) -> Document:
        """Everything is right but the token: it is signed by somebody else."""
        document = self._document(app)
        body, _, _ = str(document["access_token"]).rpartition(".")
        return document | {"access_token": f"{body}.{uuid.uuid4().hex}"}

    def _yesterday(self) -> datetime:
        return self._clock.now() - timedelta(days=1)

    async def _send(self, app: SimulatedApp, document: Document | str) -> None:
        status = await post(self._url, document)
        self._counters.note(Happening.WEBHOOK, app)
        if status == 200:
            self._counters.note(Happening.WEBHOOK_OK, app)


def milliseconds(moment: datetime) -> str:
    """An instant as the broker writes it: milliseconds since 1970, as text."""
    return str(round(moment.timestamp() * 1000))
