"""The stream of a server as typed frames."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Final, TypeAlias

from httpx_sse import EventSource, ServerSentEvent, SSEError

from vega_terminal.remote.errors import NotAttachable, ServerLost
from vega_terminal.remote.link import Link
from vega_terminal.wire.coding import NotUnderstood, decode
from vega_terminal.wire.events import Told
from vega_terminal.wire.frames import Beat, Change, FrameKind, Snapshot
from vega_terminal.wire.questions import Asked, Closed

Frame: TypeAlias = Told | Snapshot | Change | Asked | Closed | Beat

SILENCE_SECONDS: Final = 15.0
"""The stream is lost when nothing comes for so long; the server gives a sign of life every 5 s."""
_FORMS: Final[dict[str, type[Frame]]] = {
    FrameKind.MISSED: Told,
    FrameKind.SNAPSHOT: Snapshot,
    FrameKind.CHANGE: Change,
    FrameKind.ASKED: Asked,
    FrameKind.CLOSED: Closed,
    FrameKind.BEAT: Beat,
}
_NEEDED: Final = frozenset({FrameKind.SNAPSHOT, FrameKind.CHANGE})
"""Without these nothing true can be shown."""


class FrameStream:
    """Reads frames, and remembers how far it came: the server tells the next stream what was missed."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._last_id = ""

    async def frames(self) -> AsyncIterator[Frame]:
        """Every frame, until the server ends the stream. Kinds of frames that are not known are left out.

        Raises:
            ServerLost: the connection broke, or nothing came for too long.
            NotAttachable: the server does not let this terminal in, or has another version.
        """
        headers = {"last-event-id": self._last_id, "accept": "text/event-stream"}
        async with self._link.streaming("/stream", SILENCE_SECONDS, headers) as response:
            try:
                async with aclosing(EventSource(response).aiter_sse()) as sent:
                    async for event in sent:
                        frame = _frame_of(event)
                        if frame is not None:
                            yield frame
                        self._last_id = event.id
            except SSEError:
                raise NotAttachable(f"{self._link.address.host} sends no stream of events.") from None
        raise ServerLost(f"The server at {self._link.address.url} ended the connection.")


def _frame_of(event: ServerSentEvent) -> Frame | None:
    form = _FORMS.get(event.event)
    if form is None:
        return None
    try:
        return decode(form, event.data)
    except NotUnderstood as error:
        if event.event in _NEEDED:
            raise NotAttachable(str(error)) from None
        return None
