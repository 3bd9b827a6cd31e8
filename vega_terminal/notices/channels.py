"""Which ways there are by the settings and on this machine."""

from __future__ import annotations

from collections.abc import Mapping

from vega_terminal.clock import Clock
from vega_terminal.notices.channel import Channel
from vega_terminal.notices.ways import wants_desktop
from vega_terminal.settings.values import NoticeSettings


def channels_of(settings: NoticeSettings, environ: Mapping[str, str], clock: Clock) -> tuple[Channel, ...]:
    """One channel for each way; what a way needs is loaded here, what a delivery needs when there is one."""
    found: list[Channel] = []
    if wants_desktop(settings, environ):
        from vega_terminal.notices.desktop import DesktopChannel  # noqa: PLC0415 - only where it is wanted

        found.append(DesktopChannel())
    if settings.command is not None:
        from vega_terminal.notices.command import CommandChannel  # noqa: PLC0415 - only where it is wanted

        found.append(CommandChannel(settings.command, environ))
    if settings.webhook is not None:
        from vega_terminal.notices.webhook import WebhookChannel  # noqa: PLC0415 - only where it is wanted

        found.append(WebhookChannel(settings.webhook, clock))
    return tuple(found)
