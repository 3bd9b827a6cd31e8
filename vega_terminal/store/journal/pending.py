"""The tokens that no database has yet: what may be done with them, one blocking step at a time."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.token import AccessToken
from vega_terminal.store.journal.contents import Contents
from vega_terminal.store.journal.journal_file import JournalFile
from vega_terminal.store.journal.records import hold_frame, strike_frame
from vega_terminal.store.journal.refusals import not_flushed
from vega_terminal.store.journal.sealing import RecordSeal

DEAD_BYTES_LIMIT: Final = 4096
"""So much of the file may tell of what was struck; it is read as a whole each time."""
_SEQUENCE_BITS: Final = 53
"""Fits every JSON reader's numbers."""
_logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HeldToken:
    """A token in the journal.

    Attributes:
        sequence: number of its record, drawn at random: no other record of any journal has it, so a late
            strike can never hit a record that came after.
        token: what is held.
    """

    sequence: int
    token: AccessToken


class PendingTokens:
    """Holds and strikes. Whoever calls holds the lock of the journal.

    Every method raises OSError when the system refuses and StorageError when the file is not ours.
    """

    def __init__(self, file: JournalFile, seal: RecordSeal, tell: Callable[[str], None]) -> None:
        """Keep the records in `file`; `tell` takes what the operator should know."""
        self._file = file
        self._seal = seal
        self._tell = tell

    def hold(self, token: AccessToken) -> int:
        """Hold `token`; one that is held already keeps its number."""
        contents = self._file.load()
        known = contents.sequence_of(token)
        if known is not None:
            self._file.make_own(contents)
            return known
        sequence = secrets.randbits(_SEQUENCE_BITS)
        self._file.append(contents, hold_frame(self._seal, sequence, token))
        return sequence

    def held(self) -> tuple[HeldToken, ...]:
        """What is held: PRIMARY first (seed 3 section 8), then as written."""
        contents = self._file.load()
        if contents.held:
            self._settle(contents)
        by_rank = sorted(contents.held, key=lambda hold: hold.token.slot != PRIMARY)
        return tuple(HeldToken(hold.sequence, hold.token) for hold in by_rank)

    def strike(self, sequences: Iterable[int]) -> None:
        """Hold them no longer; numbers that are not held are passed over."""
        contents = self._file.load()
        struck = {hold.sequence for hold in contents.held}.intersection(sequences)
        if struck:
            self._file.append(contents, strike_frame(self._seal, struck))
        else:
            self._file.make_own(contents)
        self._compact_if_due()

    def _compact_if_due(self) -> None:
        contents = self._file.load()
        if contents.dead_bytes > (DEAD_BYTES_LIMIT if contents.held else 0):
            try:
                self._file.replace(contents.frames())
            except OSError as error:
                # What was struck stays struck; the next strike tries again.
                _logger.warning("%s was not made smaller: %s.", self._file.path, error.strerror)

    def _settle(self, contents: Contents) -> None:
        """What is shown as held should survive a power cut, too; if it may not, it is shown all the same."""
        try:
            self._file.settle(contents)
        except OSError as error:
            self._tell(not_flushed(self._file.path, error))
