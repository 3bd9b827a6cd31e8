"""Notices on the desktop: the session bus on Linux, the notification centre on macOS."""

from __future__ import annotations

import asyncio
import unicodedata
from typing import TYPE_CHECKING, Final

from vega_terminal.notices.channel import NotDelivered
from vega_terminal.notices.notice import NEEDS_PERSON, Notice

if TYPE_CHECKING:
    from desktop_notifier.backends.base import DesktopNotifierBackend

APPLICATION: Final = "VEGA Terminal"
LONGEST: Final = 600
"""So many characters fit on what desktops show."""
_LOOK_ALIKES: Final = str.maketrans("<>&", "()+")
"""Desktops may read the text as markup; these cannot be taken for it."""


class DesktopChannel:
    """Shows each notice through a connection of its own; one that needs a person stays until it is seen."""

    name: Final = "the desktop"
    key: Final = "VEGA_NOTIFY_DESKTOP"

    async def deliver(self, notice: Notice) -> None:
        """Show it."""
        # Loading takes a tenth of a second, which the event loop must not wait for.
        backend = await asyncio.to_thread(_backend)
        try:
            await _show(backend, notice)
        finally:
            bus = getattr(backend, "bus", None)
            if bus is not None:
                bus.disconnect()


def _backend() -> DesktopNotifierBackend:
    from desktop_notifier.backends.dummy import DummyNotificationCenter  # noqa: PLC0415 - where there is one
    from desktop_notifier.main import get_backend_class  # noqa: PLC0415 - where there is one

    kind = get_backend_class()
    if issubclass(kind, DummyNotificationCenter):
        raise NotDelivered(
            "This Python may not show notices on this desktop (on macOS it must belong to an application)."
            " Set VEGA_NOTIFY_COMMAND to a program that may, or VEGA_NOTIFY_DESKTOP=off."
        )
    return kind(APPLICATION)


async def _show(backend: DesktopNotifierBackend, notice: Notice) -> None:
    """The library only logs why it failed; that nothing was dispatched tells that it did."""
    from desktop_notifier.common import Notification, Urgency  # noqa: PLC0415 - where there is a desktop

    dispatched: list[str] = []
    urgency = Urgency.Critical if notice.kind in NEEDS_PERSON else Urgency.Normal
    backend.on_dispatched = dispatched.append
    await backend.request_authorisation()
    message = harmless(f"{notice.happened} {notice.to_do}")
    await backend.send(Notification(harmless(notice.title), message, urgency=urgency))
    if not dispatched:
        raise NotDelivered(
            "The desktop did not take it: no program there shows notices, or this Python may not. Set"
            " VEGA_NOTIFY_DESKTOP=off, or use VEGA_NOTIFY_COMMAND."
        )


def harmless(text: str) -> str:
    """`text` without what a desktop could take for markup or for a command, at most `LONGEST` long."""
    plain = "".join(" " if unicodedata.category(sign).startswith("C") else sign for sign in text)
    shown = plain.translate(_LOOK_ALIKES)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
