"""What stands between now and the next login: tokens, counted sign-ins, the lock, left-overs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from vega_terminal.browser.orphans import Orphans
from vega_terminal.browser.run_folder import is_of_killed_run
from vega_terminal.doctor.checks.configuration import SETTINGS_FIRST
from vega_terminal.doctor.checks.generating import FAILURES_TO_TELL, cure_by_generating
from vega_terminal.doctor.checks.storage import DATABASE_FIRST
from vega_terminal.doctor.evidence import Evidence
from vega_terminal.doctor.findings import Outcome, failure, fine, in_sentences, unknown, warning
from vega_terminal.doctor.once import aside
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.slots import PRIMARY, Roster
from vega_terminal.domain.token import IST
from vega_terminal.engine.sign_in_guard import MOST_FAILURES
from vega_terminal.store.login_holder import read_holder

_JOURNAL_FIRST: Final = "See what is said about the journal first."


async def tokens(evidence: Evidence) -> Outcome:
    """How many slots have a token, and until when; nobody is asked whether the broker still takes them."""
    roster = evidence.ground.roster
    if roster is None:
        return unknown("The roster is not known while the settings are wrong.", SETTINGS_FIRST)
    try:
        ends = await _ends(evidence, roster)
    except StorageError as error:
        return unknown(in_sentences(str(error))[0], DATABASE_FIRST)
    except OSError as error:
        why = error.strerror or "no answer"
        return unknown(f"The journal cannot be read ({why}); it may hold tokens.", _JOURNAL_FIRST)
    now = evidence.ground.clock.now()
    alive = {name: end for name, end in ends.items() if end > now}
    lacking = [name for name in roster.names if name not in alive]
    if not lacking:
        until = min(alive.values()).astimezone(IST)
        return fine(f"All {len(alive)} are stored, and last until {until:%d %b %H:%M} IST.")
    expired = [name for name in lacking if name in ends]
    known = f" ({', '.join(expired)} expired)" if expired else ""
    weight = "PRIMARY's is missing. " if PRIMARY in lacking else ""
    return warning(
        f"{weight}{len(alive)} of {len(roster)} are stored and alive{known}.",
        cure_by_generating(roster, await _failures(evidence), lacking),
    )


async def _ends(evidence: Evidence, roster: Roster) -> dict[str, datetime]:
    """When the stored or held token of each slot expires, UTC."""
    contents, journal = await evidence.database(), await evidence.journal()
    apps = {(slot.name, slot.client_id) for slot in roster}
    stored = () if contents is None else contents.tokens
    held = () if journal is None else (each.token for each in journal.held)
    found: dict[str, datetime] = {}
    for token in (*stored, *held):
        if (token.slot, token.client_id) in apps:
            found[token.slot] = max(token.expires_at, found.get(token.slot, token.expires_at))
    return found


async def _failures(evidence: Evidence) -> Mapping[str, int]:
    """Failed sign-ins in a row, by the key of the identity.

    Raises:
        StorageError: the database cannot be read.
    """
    contents = await evidence.database()
    return {} if contents is None else contents.failures


async def sign_ins(evidence: Evidence) -> Outcome:
    """Whether so many sign-ins failed in a row that nothing signs in any more."""
    try:
        failures = await _failures(evidence)
    except StorageError as error:
        return unknown(in_sentences(str(error))[0], DATABASE_FIRST)
    labels = _labels(evidence.ground.roster, failures)
    spent = [labels[key] for key in labels if failures.get(key, 0) >= MOST_FAILURES]
    if spent:
        return failure(
            f"{MOST_FAILURES} sign-ins of {', '.join(spent)} in a row failed. The broker blocks the account"
            " at five, so nothing signs in any more.",
            "Check mobile number, PIN and authenticator; then: vega-auth rearm",
        )
    near = [f"{failures[key]} of {labels[key]}" for key in labels if failures.get(key, 0) >= FAILURES_TO_TELL]
    if near:
        return warning(
            f"Failed in a row: {', '.join(near)}. At {MOST_FAILURES} nothing signs in any more.",
            "Check mobile number, PIN and authenticator before the next sign-in.",
        )
    return fine("Allowed.")


def _labels(roster: Roster | None, failures: Mapping[str, int]) -> dict[str, str]:
    """What the identities are called: those of the roster, or, where it is not known, of the database."""
    if roster is not None:
        return {slot.identity.key: slot.identity.label for slot in roster}
    return {key: f"…{key[:4]}" for key in failures}


async def login_lock(evidence: Evidence) -> Outcome:
    """Whether another process of this machine drives a browser, and which."""
    path = evidence.ground.data_dir / "login.lock"
    holder = await aside(partial(read_holder, path), evidence.ground.clock)
    if holder is None:
        return fine("Free.")
    if holder.is_gone:
        return warning(
            f"{holder} took it and was killed; its browser may still run.",
            "Start VEGA Terminal: it ends what that process left, and goes on.",
        )
    return fine(f"Held by {holder}. A second login waits until it is over.")


async def left_overs(evidence: Evidence) -> Outcome:
    """Drivers, browsers and profiles of runs that were killed."""
    profiles = evidence.ground.data_dir / "browser"
    clock = evidence.ground.clock
    processes = await aside(Orphans(profiles).processes, clock)
    folders = await aside(partial(_folders_of_killed_runs, profiles), clock)
    if not processes and not folders:
        return fine("None.")
    numbers = ", ".join(str(process.pid) for process in processes)
    found = [f"Processes {numbers} of a killed run's browser still run." if processes else ""]
    found.append(f"{len(folders)} profiles of killed runs are left." if folders else "")
    return warning(" ".join(filter(None, found)), "Start VEGA Terminal: it ends and removes them.")


def _folders_of_killed_runs(profiles: Path) -> list[Path]:
    return [entry for entry in profiles.glob("run-*") if is_of_killed_run(profiles, str(entry))]
