"""The notice of a run that had no engine: wrong settings, no data folder, no key, no database."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress

from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import VegaError
from vega_terminal.logs import LOGGER
from vega_terminal.notices import wording
from vega_terminal.notices.channels import channels_of
from vega_terminal.notices.dead_man import ping
from vega_terminal.notices.delivery import Delivery
from vega_terminal.notices.standing import read_standing, write_standing
from vega_terminal.notices.ways import any_way, record_in
from vega_terminal.settings.notices import Told


async def tell_failed_start(who: Told, error: VegaError, environ: Mapping[str, str] = os.environ) -> None:
    """Tell what kept an unattended run from starting; people once a day, the monitor each time.

    Args:
        who: is told, and where it is remembered.
        error: what stopped the run.
        environ: the environment; tells whether there is a desktop, and is passed on to the command.
    """
    if who.notices.dead_man is None and not any_way(who.notices, environ):
        return
    clock, dead_man = SystemClock(), who.notices.dead_man
    # Where there is no log yet, `logging` writes warnings to stderr by itself.
    delivery = Delivery(lambda: channels_of(who.notices, environ, clock), LOGGER.warning)
    record, matter = record_in(who.data_dir), wording.not_started(error)
    told = await asyncio.to_thread(read_standing, record, clock.now())
    if (matter.kind, matter.subject) not in told:
        delivery.send(wording.notice_of([matter], clock.now()))
    if dead_man is not None:
        work = ping(dead_man, clock, well=False)
        delivery.do("VEGA_DEAD_MAN_URL", work, "The monitor could not be told that the run did not start.")
    await delivery.close()
    if not delivery.unheard:
        others = {key for key in told if key[0] is not matter.kind}
        with suppress(OSError):  # in a folder that cannot be used nothing is remembered: better told twice
            await asyncio.to_thread(
                write_standing, record, others | {(matter.kind, matter.subject)}, clock.now()
            )
