"""The notice of a run that had no engine: the key is gone, the database does not open."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from vega_terminal.domain.errors import UsageError, VegaError
from vega_terminal.notices.ways import any_way

if TYPE_CHECKING:
    from vega_terminal.settings.values import NoticeSettings


@asynccontextmanager
async def telling_failure(
    settings: NoticeSettings, environ: Mapping[str, str] = os.environ
) -> AsyncIterator[None]:
    """Around everything of an unattended run: what stops it is told before it is raised on.

    What a run itself cannot do is no error; its notices are those of `noticing`.
    """
    try:
        yield
    except UsageError:
        raise
    except VegaError as error:
        if settings.dead_man is not None or any_way(settings, environ):
            await _tell(settings, environ, str(error))
        raise


async def _tell(settings: NoticeSettings, environ: Mapping[str, str], why: str) -> None:
    from vega_terminal.clock import SystemClock  # noqa: PLC0415 - only when it failed
    from vega_terminal.logs import LOGGER  # noqa: PLC0415
    from vega_terminal.notices import wording  # noqa: PLC0415
    from vega_terminal.notices.channels import channels_of  # noqa: PLC0415
    from vega_terminal.notices.dead_man import ping  # noqa: PLC0415
    from vega_terminal.notices.delivery import Delivery  # noqa: PLC0415

    clock = SystemClock()
    delivery = Delivery(lambda: channels_of(settings, environ, clock), LOGGER.warning)
    delivery.send(wording.notice_of([wording.not_started(why)], clock.now()))
    if settings.dead_man is not None:
        work = ping(settings.dead_man, clock, well=False)
        delivery.do("VEGA_DEAD_MAN_URL", work, "The monitor could not be told that the run did not start.")
    await delivery.close()
