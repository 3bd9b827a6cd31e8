"""Opens a browser under the login lock of the folder of the first argument, and goes on at a line on stdin.

The other arguments name what does not tie the driver to this process: `no-lock`, `no-signal`.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from vega_terminal.browser import bonds
from vega_terminal.browser.actor import BrowserActor
from vega_terminal.browser.configuration import BrowserConfiguration, nothing_inherited
from vega_terminal.clock import SystemClock
from vega_terminal.store.login_lock import LoginLock


def say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def main(folder: Path, missing: list[str]) -> None:
    lock = LoginLock(folder / "login.lock", SystemClock(), 5.0)
    inherited = nothing_inherited if "no-lock" in missing else lock.descriptors
    if "no-signal" in missing:
        bonds.dies_with_parent = lambda: lambda: None
    async with lock.hold(lambda _holder: None):
        configuration = BrowserConfiguration(folder / "browser", headless=True)
        actor = BrowserActor(configuration, (), 5.0, inherited)
        await actor.start()
        say(await actor.call(lambda driver: driver.capabilities["browserName"]))
        await asyncio.to_thread(sys.stdin.readline)
        await actor.stop()
    say("free")
    await asyncio.to_thread(sys.stdin.readline)


asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
