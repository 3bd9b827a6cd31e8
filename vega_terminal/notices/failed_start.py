"""The notice of a run that had no engine: the key is gone, the database does not open."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from vega_terminal.domain.errors import UsageError, VegaError
from vega_terminal.notices.ways import any_way, record_in

if TYPE_CHECKING:
    from vega_terminal.settings.values import Settings


@asynccontextmanager
async def telling_failure(settings: Settings, environ: Mapping[str, str] = os.environ) -> AsyncIterator[None]:
    """Around everything of an unattended run: what stops it is told before it is raised on, once a day.

    What a run itself cannot do is no error; its notices are those of `noticing`.
    """
    try:
        yield
    except UsageError:
        raise
    except VegaError as error:
        if settings.notices.dead_man is not None or any_way(settings.notices, environ):
            await _tell(settings, environ, error)
        raise


async def _tell(settings: Settings, environ: Mapping[str, str], error: VegaError) -> None:
    from vega_terminal.clock import SystemClock  # noqa: PLC0415 - only when it failed
    from vega_terminal.logs import LOGGER  # noqa: PLC0415
    from vega_terminal.notices import wording  # noqa: PLC0415
    from vega_terminal.notices.channels import channels_of  # noqa: PLC0415
    from vega_terminal.notices.dead_man import ping  # noqa: PLC0415
    from vega_terminal.notices.delivery import Delivery  # noqa: PLC0415
    from vega_terminal.notices.standing import read_standing, write_standing  # noqa: PLC0415

    clock, dead_man = SystemClock(), settings.notices.dead_man
    delivery = Delivery(lambda: channels_of(settings.notices, environ, clock), LOGGER.warning)
    record, matter = record_in(settings.data_dir), wording.not_started(error)
    told = await asyncio.to_thread(read_standing, record, clock.now())
    if (matter.kind, matter.subject) not in told:
        delivery.send(wording.notice_of([matter], clock.now()))
    if dead_man is not None:
        work = ping(dead_man, clock, well=False)
        delivery.do("VEGA_DEAD_MAN_URL", work, "The monitor could not be told that the run did not start.")
    await delivery.close()
    if not delivery.unheard:
        with suppress(OSError):  # the next run may repeat it
            await asyncio.to_thread(
                write_standing, record, told | {(matter.kind, matter.subject)}, clock.now()
            )
