"""The simulated broker as the benchmarks use it: a process of its own, emptied before each run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import httpx

from vega_terminal.demo import DemoBroker, simulated_broker

OTP_STEP_SECONDS: Final = 30
OTP_ROOM_SECONDS: Final = 12
"""A run that starts with this much of a time-step left never has to wait for the next one."""


@dataclass(frozen=True, slots=True)
class Wire:
    """What the broker saw of one run."""

    dialogs: int
    codes: int
    exchanges: int
    profile_calls: int
    logins: int

    def __str__(self) -> str:
        return (
            f"dialogs {self.dialogs}, codes {self.codes}, exchanges {self.exchanges},"
            f" profile calls {self.profile_calls}, sign-ins {self.logins}"
        )


class Ground:
    """A running simulated broker."""

    def __init__(self, broker: DemoBroker, control: httpx.AsyncClient) -> None:
        self.environment = dict(broker.environment)
        self._control = control

    async def fresh(self) -> None:
        """Forget everything, and wait until a one-time password lives long enough for a whole run."""
        (await self._control.post("/reset")).raise_for_status()
        left = OTP_STEP_SECONDS - time.time() % OTP_STEP_SECONDS
        if left < OTP_ROOM_SECONDS:
            await asyncio.sleep(left)

    async def wire(self) -> Wire:
        """What it received since `fresh`."""
        answer = (await self._control.get("/counts")).raise_for_status()
        total = answer.json()["total"]
        return Wire(**{name: total[name] for name in Wire.__slots__})


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """Run the simulated broker for the block."""
    async with simulated_broker("happy") as broker, httpx.AsyncClient(base_url=broker.control_url) as control:
        yield Ground(broker, control)
