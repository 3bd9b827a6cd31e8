"""The demo: a simulated broker in a process of its own, and settings that point at it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from platformdirs import user_data_dir

from vega_terminal.domain.errors import VegaError

START_SECONDS: Final = 30.0
_KEPT: Final = ("VEGA_BROWSER", "VEGA_BROWSER_BINARY", "VEGA_DRIVER_PATH", "VEGA_HEADLESS", "VEGA_LOG_LEVEL")
_KEPT_PREFIXES: Final = (
    "UPSTOX_DECISION_",
    "UPSTOX_DEFAULT_",
    "UPSTOX_VERIFY_",
    "UPSTOX_LOGIN_STEP_",
    "UPSTOX_LOGIN_SPACING_",
    "UPSTOX_PHONE_",
    "UPSTOX_CAPTCHA_",
    "UPSTOX_COOLDOWN_",
)


class DemoError(VegaError):
    """The simulated broker did not start."""


@dataclass(frozen=True, slots=True)
class DemoBroker:
    """A running simulated broker.

    Attributes:
        environment: the settings that a client of it needs.
        control_url: where its faults are set and its counters read.
    """

    environment: Mapping[str, str]
    control_url: str


def demo_data_folder(environ: Mapping[str, str]) -> Path:
    """The demo's own folder, never that of real tokens."""
    chosen = environ.get("VEGA_DATA_DIR")
    return Path(chosen, "demo") if chosen else Path(user_data_dir("vega-terminal"), "demo")


def demo_environment(broker: DemoBroker, environ: Mapping[str, str]) -> dict[str, str]:
    """Settings for the demo: the simulated broker's, and of the operator's own only what is harmless."""
    folder = demo_data_folder(environ)
    kept = {key: value for key, value in environ.items() if key in _KEPT or key.startswith(_KEPT_PREFIXES)}
    own = {"VEGA_DATA_DIR": str(folder), "VEGA_KEY_FILE": str(folder / "demo.key")}
    return kept | dict(broker.environment) | own


@asynccontextmanager
async def simulated_broker(scenario: str) -> AsyncIterator[DemoBroker]:
    """Run the simulated broker for the block; it ends with us, however we end.

    Raises:
        DemoError: it did not start.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "vega_terminal.simulator", scenario, "--die-with-stdin",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield await _ready(process)
    finally:
        await _end(process)


async def _ready(process: asyncio.subprocess.Process) -> DemoBroker:
    if process.stdout is None or process.stderr is None:
        raise DemoError("The simulated broker has no output to read.")
    try:
        async with asyncio.timeout(START_SECONDS):
            line = await process.stdout.readline()
    except TimeoutError:
        raise DemoError(f"The simulated broker did not start within {START_SECONDS:.0f} s.") from None
    if not line:
        said = (await process.stderr.read()).decode(errors="replace").strip()
        raise DemoError(f"The simulated broker did not start: {said or 'it said nothing.'}")
    answer = json.loads(line)
    return DemoBroker(answer["environment"], answer["controlUrl"])


async def _end(process: asyncio.subprocess.Process) -> None:
    """Close its stdin, which ends it; insist after a moment."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(5):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
