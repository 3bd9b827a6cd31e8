"""The examination: every check at once, each with its own time limit; none can end the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vega_terminal.doctor.checks import (
    automation,
    browser,
    configuration,
    connections,
    files,
    login,
    notifier,
    screen,
    storage,
)
from vega_terminal.doctor.evidence import Evidence
from vega_terminal.doctor.findings import Finding, Outcome, unknown
from vega_terminal.doctor.ground import Ground

_FOLDER_FIRST: Final = "See what is said about the data folder first."


@dataclass(frozen=True, slots=True)
class Check:
    """One question.

    Attributes:
        name: what is looked at, for people; unique.
        look: answers it; whatever it raises is an answer, too.
        limit: seconds that it may take.
        in_folder: whether what lies in the data folder answers it.
    """

    name: str
    look: Callable[[Evidence], Awaitable[Outcome]]
    limit: float = 10.0
    in_folder: bool = False


CHECKS: Final = (
    Check("Settings", configuration.settings),
    Check("Settings file", configuration.settings_file),
    Check("Redirect URI", configuration.redirect_uri, limit=30.0),
    Check("Notifier", notifier.notifier, limit=30.0),
    Check("Data folder", files.data_folder),
    Check("Disk space", files.disk_space),
    Check("Database", storage.database, limit=30.0, in_folder=True),
    Check("Journal", storage.journal, limit=30.0, in_folder=True),
    Check("Vault key", storage.vault_key, limit=30.0, in_folder=True),
    Check("Tokens", login.tokens, limit=30.0, in_folder=True),
    Check("Sign-ins", login.sign_ins, limit=30.0, in_folder=True),
    Check("Login lock", login.login_lock, in_folder=True),
    Check("Left-overs", login.left_overs, in_folder=True),
    Check("Browser", browser.browser, limit=15.0),
    Check("Driver", browser.driver, limit=15.0),
    Check("Display", browser.display),
    Check("Clock", connections.clock, limit=15.0),
    Check("Redis", connections.redis),
    Check("Calendar", automation.calendar, in_folder=True),
    Check("REST API", automation.api, limit=30.0, in_folder=True),
    Check("Notices", automation.notices),
    Check("Metrics file", automation.metrics_file, limit=30.0),
    Check("Terminal", screen.terminal),
)
"""In the order in which they are shown."""

NAMES: Final = tuple(check.name for check in CHECKS)
"""What will be looked at, for whoever shows it before the findings are there."""


async def examine(ground: Ground, checks: tuple[Check, ...] = CHECKS) -> tuple[Finding, ...]:
    """Look at everything, change nothing, sign nobody in; the findings in the order of the checks."""
    async with examination(ground, checks) as findings:
        found = {finding.name: finding async for finding in findings}
    return tuple(found[check.name] for check in checks)


@asynccontextmanager
async def examination(
    ground: Ground, checks: tuple[Check, ...] = CHECKS
) -> AsyncIterator[AsyncIterator[Finding]]:
    """The same, one finding at a time as they come; leaving the block ends what is still under way."""
    evidence = Evidence(ground)
    tasks = [asyncio.ensure_future(_finding(check, evidence)) for check in checks]
    try:
        yield _as_they_come(tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await evidence.close()


async def _as_they_come(tasks: list[asyncio.Task[Finding]]) -> AsyncIterator[Finding]:
    for next_one in asyncio.as_completed(tasks):
        yield await next_one


async def _finding(check: Check, evidence: Evidence) -> Finding:
    clock = evidence.ground.clock
    began = clock.monotonic()
    outcome = await _outcome(check, evidence)
    return Finding(check.name, outcome.verdict, outcome.found, outcome.cure, clock.monotonic() - began)


async def _outcome(check: Check, evidence: Evidence) -> Outcome:
    try:
        async with asyncio.timeout(check.limit):
            if check.in_folder and await evidence.why_folder_unseen():
                return _unseen(evidence.ground.data_dir)
            return await check.look(evidence)
    except TimeoutError:
        return unknown(f"No answer within {check.limit:g} s.", "Try again when the machine is less busy.")
    except Exception as error:  # noqa: BLE001 - one check that breaks must not hide what the others found
        return unknown(
            f"The check itself failed ({type(error).__name__}: {error}).",
            "Tell the makers, with a diagnostics bundle.",
        )


def _unseen(folder: Path) -> Outcome:
    return unknown(f"It cannot be told: nothing in {folder} can be looked at.", _FOLDER_FIRST)
