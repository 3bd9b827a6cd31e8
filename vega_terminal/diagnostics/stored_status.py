"""The status as it follows from what is stored, without opening the store for writing."""

from __future__ import annotations

from vega_terminal.doctor.evidence import Evidence
from vega_terminal.domain.events import Event, Settled, TokenHeld, TokenLoaded
from vega_terminal.domain.fold import fold
from vega_terminal.domain.slots import Roster
from vega_terminal.domain.status import AuthStatus


async def stored_status(evidence: Evidence, roster: Roster) -> AuthStatus:
    """What `vega-auth status` would tell of the tokens; cooldowns are not looked at.

    Raises:
        StorageError: database or journal cannot be read.
        OSError: the journal cannot be read.
    """
    status = AuthStatus.for_names(roster.names)
    for event in await _events(evidence, roster):
        status = fold(status, event)
    return status


async def _events(evidence: Evidence, roster: Roster) -> list[Event]:
    now = evidence.ground.clock.now()
    apps = {(slot.name, slot.client_id) for slot in roster}
    contents, journal = await evidence.database(), await evidence.journal()
    stored = () if contents is None else contents.tokens
    held = () if journal is None else tuple(each.token for each in journal.held)
    return [
        *(
            TokenLoaded(now, row.slot, row.issued_at, row.expires_at, row.checked_at, row.refused)
            for row in stored
            if (row.slot, row.client_id) in apps
        ),
        *(
            TokenHeld(now, token.slot, token.issued_at, token.expires_at)
            for token in held
            if (token.slot, token.client_id) in apps
        ),
        Settled(now),
    ]
