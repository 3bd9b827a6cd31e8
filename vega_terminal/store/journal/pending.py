"""What no database has yet: what may be done with it, one blocking step at a time."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from typing import Final

from vega_terminal.domain.late_dataclass import late_dataclass
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.ports import HeldToken
from vega_terminal.store.journal.contents import Contents
from vega_terminal.store.journal.journal_file import JournalFile
from vega_terminal.store.journal.records import hold_frame, notes_frame, strike_frame
from vega_terminal.store.journal.refusals import no_room_for_notes, not_flushed
from vega_terminal.store.journal.sealing import RecordSeal

DEAD_BYTES_LIMIT: Final = 4096
"""So much of the file may tell of what was struck; it is read as a whole each time."""
NOTES_LIMIT: Final = 2 * 1024 * 1024
"""Bytes that a file with notes may have: reading it stays quick, and tokens always find room."""
_NUMBERS: Final = 2**53
"""Fits every JSON reader's numbers."""
_logger: Final = logging.getLogger(__name__)


@late_dataclass
class HeldNote:
    """A note in the journal.

    Attributes:
        sequence: its number, drawn at random like a token's (`HeldToken`).
        topic: what it is about: small letters and underscores.
        text: what was noted; sealed in the file, as it may tell of a person.
    """

    sequence: int
    topic: str
    text: str = field(repr=False)


class PendingRecords:
    """Holds, notes and strikes. Whoever calls holds the lock of the journal.

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
        sequence = secrets.randbelow(_NUMBERS)
        self._file.append(contents, hold_frame(self._seal, sequence, token))
        return sequence

    def held(self) -> tuple[HeldToken, ...]:
        """What is held: PRIMARY first (seed 3 section 8), then as written."""
        holds = self._load_to_show().held
        by_rank = sorted(holds, key=lambda hold: hold.token.slot != PRIMARY)
        return tuple(HeldToken(hold.sequence, hold.token) for hold in by_rank)

    def note_all(self, topic: str, texts: Sequence[str]) -> tuple[int, ...]:
        """Keep notes, all of them or none."""
        contents = self._file.load()
        first = secrets.randbelow(_NUMBERS - len(texts))
        frame = notes_frame(self._seal, first, topic, texts)
        if contents.size + len(frame) > NOTES_LIMIT:
            raise no_room_for_notes(self._file.path)
        self._file.append(contents, frame)
        return tuple(range(first, first + len(texts)))

    def notes(self) -> tuple[HeldNote, ...]:
        """What is noted, in the order written."""
        return tuple(HeldNote(*note) for note in self._load_to_show().notes)

    def strike(self, sequences: Iterable[int]) -> None:
        """Keep them no longer; numbers that nothing has are passed over."""
        contents = self._file.load()
        struck = contents.sequences.intersection(sequences)
        if struck:
            self._file.append(contents, strike_frame(self._seal, struck))
        else:
            self._file.make_own(contents)
        self._compact_if_due()

    def _compact_if_due(self) -> None:
        contents = self._file.load()
        if contents.dead_bytes > (DEAD_BYTES_LIMIT if contents.records else 0):
            try:
                self._file.replace(contents.frames())
            except OSError as error:
                # What was struck stays struck; the next strike tries again.
                _logger.warning("%s was not made smaller: %s.", self._file.path, error.strerror)

    def _load_to_show(self) -> Contents:
        """What is shown should survive a power cut, too; if it may not, it is shown all the same."""
        contents = self._file.load()
        if contents.records:
            try:
                self._file.settle(contents)
            except OSError as error:
                self._tell(not_flushed(self._file.path, error))
        return contents
