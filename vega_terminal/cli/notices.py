"""`vega-auth notices`: does a notice reach anybody?"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vega_terminal.cli.output import print_json, print_out
from vega_terminal.cli.plain_text import plain
from vega_terminal.cli.settings import command_settings
from vega_terminal.cli.tone import Tone, toned
from vega_terminal.clock import SystemClock
from vega_terminal.domain.execution import ExitCode
from vega_terminal.notices.channel import Channel, attempt
from vega_terminal.notices.channels import channels_of
from vega_terminal.notices.notice import Notice
from vega_terminal.notices.wording import trial

_NOWHERE = (
    "No notice would reach anybody: there is no desktop here, and neither VEGA_NOTIFY_COMMAND nor"
    " VEGA_NOTIFY_WEBHOOK is set."
)


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of the test notice on one way; `trouble` is None when it got through."""

    name: str
    key: str
    trouble: str | None

    def document(self) -> Mapping[str, object]:
        """The same as JSON."""
        return {"channel": self.key, "delivered": self.trouble is None, "trouble": self.trouble}


async def notices(options: argparse.Namespace) -> int:
    """Send a test notice on every way at once; 0 when it got through on all of them."""
    clock = SystemClock()
    async with command_settings(options) as settings:
        channels = channels_of(settings.notices, os.environ, clock)
        tried = await asyncio.gather(*(_try(channel, trial(clock.now())) for channel in channels))
    if options.json:
        print_json({"channels": [each.document() for each in tried]})
    else:
        _print(tried)
    reached = bool(tried) and all(each.trouble is None for each in tried)
    return ExitCode.OK if reached else ExitCode.PARTIAL


async def _try(channel: Channel, notice: Notice) -> Tried:
    return Tried(channel.name, channel.key, await attempt(channel.deliver(notice)))


def _print(tried: Sequence[Tried]) -> None:
    for each in tried:
        glyph = toned("●", Tone.GOOD) if each.trouble is None else toned("✗", Tone.BAD)
        outcome = "handed over" if each.trouble is None else plain(each.trouble)
        print_out(f"{glyph} {each.name:<14}{outcome}\n")
    if not tried:
        print_out(f"{_NOWHERE}\n")
