"""What is kept: the database, the journal before it, and the key that opens both."""

from __future__ import annotations

from functools import partial
from typing import Final

from vega_terminal.doctor.checks.generating import cure_by_generating
from vega_terminal.doctor.database_reading import DatabaseContents, SealedToken, UnfinishedWrite
from vega_terminal.doctor.evidence import Evidence
from vega_terminal.doctor.findings import Outcome, failure, fine, in_sentences, unknown, warning
from vega_terminal.doctor.once import aside
from vega_terminal.domain.errors import DatabaseLocked, StorageError, VaultError
from vega_terminal.domain.slots import Roster
from vega_terminal.store.journal.contents import Contents
from vega_terminal.store.journal.token_journal import JOURNAL_NAME
from vega_terminal.store.sqlite.lock_holder import find_holder
from vega_terminal.store.tables.schema import LATEST
from vega_terminal.store.vault.key import VaultKey
from vega_terminal.store.vault.sealing import Vault

_BETWEEN_LOOKS: Final = 0.3
"""Seconds. A lock of ordinary work is gone by then."""
DATABASE_FIRST: Final = "See what is said about the database first."


async def database(evidence: Evidence) -> Outcome:
    """Whole, of a schema that this version knows, and held by nobody."""
    try:
        contents = await evidence.database()
    except DatabaseLocked as error:
        by = error.holder or "another program"
        return warning(
            f"It is held by {by}. Tokens are safe in the journal meanwhile; nothing was looked at.",
            f"Close {by} if it is no VEGA process at work.",
        )
    except UnfinishedWrite as error:
        return warning(*in_sentences(str(error)))
    except StorageError as error:
        return failure(*in_sentences(str(error)))
    holder = await _steady_holder(evidence)
    if holder is not None:
        return warning(
            f"It is whole, but {holder} keeps it to itself, so nothing can be saved.", f"Close {holder}."
        )
    return fine(_in_words(contents))


async def _steady_holder(evidence: Evidence) -> str | None:
    """Who holds it at two looks; None when it was only somebody's moment of work."""
    clock = evidence.ground.clock
    look = partial(find_holder, evidence.database_path)
    first = await aside(look, clock)
    if first is None:
        return None
    await clock.sleep(_BETWEEN_LOOKS)
    return first if await aside(look, clock) == first else None


def _in_words(contents: DatabaseContents | None) -> str:
    if contents is None:
        return "There is none yet; the first start makes it."
    if contents.schema == 0:
        return "It is empty; the first start fills it."
    newer = "" if contents.schema == LATEST else f", brought up to {LATEST} at the next start"
    return f"It is whole; schema {contents.schema}{newer}, journal mode {contents.journal_mode}."


async def journal(evidence: Evidence) -> Outcome:
    """Readable, ours, and how much waits in it for the database."""
    path = evidence.ground.data_dir / JOURNAL_NAME
    if not await aside(path.exists, evidence.ground.clock):
        return fine("There is none; nothing waits for the database.")
    try:
        contents = await evidence.journal()
    except StorageError as error:
        return await _why_unread(evidence, error)
    except OSError as error:
        return failure(
            f"{path} cannot be read ({error.strerror or 'no answer'}).",
            f"Give your user the right to {path}.",
        )
    if contents is None:
        return unknown(f"{path} is there, but no key to open it is known.", DATABASE_FIRST)
    return _judge_journal(contents)


async def _why_unread(evidence: Evidence, error: StorageError) -> Outcome:
    """The journal itself is at fault only where the key was to be had."""
    try:
        await evidence.key()
    except StorageError:
        return unknown("It is there, but not its key. What it holds cannot be told.", DATABASE_FIRST)
    return failure(*in_sentences(str(error)))


def _judge_journal(contents: Contents) -> Outcome:
    tokens, notes = len(contents.held), len(contents.notes)
    held = f"{tokens} {'token' if tokens == 1 else 'tokens'}, {notes} {'note' if notes == 1 else 'notes'}"
    if contents.lost:
        lost = sum(gap.end - gap.start for gap in contents.lost)
        return warning(
            f"{lost} of its bytes cannot be read; {held} can.",
            "Start VEGA Terminal: it keeps what can be read, and says what is lost.",
        )
    if tokens or notes:
        return warning(
            f"Held for the database, safe on disk: {held}.",
            "Start VEGA Terminal: it saves them. If they stay, see what is said about the database.",
        )
    return fine("It is whole and empty; nothing waits for the database.")


async def vault_key(evidence: Evidence) -> Outcome:
    """Which key is in use, whether it is the one that the database knows, and whether it opens the tokens."""
    try:
        contents = await evidence.database()
    except StorageError as error:
        return await _key_alone(evidence, error)
    try:
        key = await evidence.key()
    except StorageError as error:
        return failure(*in_sentences(str(error)))
    if key is None:
        return fine("None is needed yet; the first start finds one, or makes one, and says where.")
    return _judge_key(key, contents, evidence.ground.roster)


async def _key_alone(evidence: Evidence, why: StorageError) -> Outcome:
    """Without the database only the file that the operator names can be looked at."""
    try:
        key = await evidence.chosen_key()
    except StorageError as error:
        return failure(*in_sentences(str(error)))
    found = "" if key is None else f"{key.record.key_id} from {key.source} ({key.place}). "
    what = in_sentences(str(why))[0]
    return unknown(f"{found}Whether it is the right one cannot be told. {what}", DATABASE_FIRST)


def _judge_key(key: VaultKey, contents: DatabaseContents | None, roster: Roster | None) -> Outcome:
    place = f"{key.record.key_id} from {key.source} ({key.place})"
    vault = Vault(key)
    tokens = () if contents is None else contents.tokens
    closed = [token.slot for token in tokens if not _opens(vault, token)]
    if contents is not None and closed:
        return warning(
            f"{place} does not open the stored tokens of {', '.join(closed)}; they count as missing.",
            cure_by_generating(roster, contents.failures, closed, again=True),
        )
    opened = f"; it opens all {len(tokens)} stored tokens" if tokens else ""
    return fine(f"{place}{opened}.")


def _opens(vault: Vault, token: SealedToken) -> bool:
    try:
        vault.open(token.slot, token.client_id, token.sealed)
    except VaultError:
        return False
    return True
