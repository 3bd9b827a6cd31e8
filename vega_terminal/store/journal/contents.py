"""What a journal's bytes amount to: who they belong to, what is held and noted, what cannot be read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vega_terminal.domain.token import AccessToken
from vega_terminal.store.journal.frames import (
    FORMAT,
    MARKER,
    Frame,
    Gap,
    body_as_far_as_readable,
    resembles,
    scan,
)
from vega_terminal.store.journal.records import (
    Header,
    Hold,
    Notes,
    Record,
    Strike,
    owner_as_far_as_readable,
    read_header,
    read_record,
)
from vega_terminal.store.journal.refusals import not_a_journal, other_format, other_key
from vega_terminal.store.journal.sealing import RecordSeal


@dataclass(frozen=True, slots=True)
class Contents:
    """One file, as it was read.

    Attributes:
        header: None when it cannot be read.
        records: what is to be kept, in the order written, each number once: holds and notes of which
            something was not struck, and the strikes of single notes among others that were written at once.
        struck: every number that was struck.
        lost: what cannot be read: bytes with a wrong checksum, or records that do not open.
        lost_owners: what those may have been about, as far as it can be guessed.
        size: of the file in bytes.
        torn: what is lost is the end of the file and may be a write that never came to its end.
    """

    header: Header | None
    records: tuple[Record, ...]
    struck: frozenset[int]
    lost: tuple[Gap, ...]
    lost_owners: tuple[str, ...]
    size: int
    torn: bool

    @property
    def whole(self) -> bool:
        """Whether every byte can be read."""
        return self.header is not None and not self.lost

    @property
    def held(self) -> tuple[Hold, ...]:
        """The tokens that were not struck, in the order written."""
        return tuple(each for each in self.records if isinstance(each, Hold))

    @property
    def notes(self) -> tuple[tuple[int, str, str], ...]:
        """Number, topic and text of each note that was not struck, in the order written."""
        return tuple(
            (sequence, each.topic, text)
            for each in self.records
            if isinstance(each, Notes)
            for sequence, text in enumerate(each.texts, start=each.first)
            if sequence not in self.struck
        )

    @property
    def sequences(self) -> frozenset[int]:
        """The number of everything that was not struck."""
        return frozenset[int]().union(*(each.sequences for each in self.records)) - self.struck

    @property
    def dead_bytes(self) -> int:
        """How much of the file tells only of what was struck."""
        header = b"" if self.header is None else self.header.frame()
        return self.size - sum(map(len, (header, *self.frames())))

    def frames(self) -> tuple[bytes, ...]:
        """The records that are to be kept, as they are written."""
        return tuple(each.frame for each in self.records)

    def sequence_of(self, token: AccessToken) -> int | None:
        """The number under which this very token is held."""
        return next((hold.sequence for hold in self.held if hold.token == token), None)


NOTHING: Final = Contents(None, (), frozenset(), (), (), 0, torn=False)
"""Of a journal that does not exist."""


def read_contents(data: bytes, seal: RecordSeal, path: Path) -> Contents:
    """Make sense of the bytes of the journal at `path`.

    Raises:
        VaultError: it is sealed with another key.
        StorageError: it is of another format, or no journal at all.
    """
    pieces = tuple(scan(data))
    frames = [piece for piece in pieces if isinstance(piece, Frame)]
    _require_our_format(frames, path)
    _require_a_journal(data, pieces, seal, path)
    header = read_header(frames[0]) if frames else None
    records = {frame.start: read_record(seal, frame) for frame in frames[1 if header else 0 :]}
    _require_our_key(header, records.values(), seal, path)
    understood = {start for start, record in records.items() if record} | ({0} if header else set())
    lost = tuple(Gap(piece.start, piece.end) for piece in pieces if piece.start not in understood)
    guesses = (owner_as_far_as_readable(body_as_far_as_readable(data, gap)) for gap in lost)
    owners = tuple(owner for owner in guesses if owner is not None)
    torn = header is not None and _is_torn_end(data, pieces, lost)
    readable = tuple(record for record in records.values() if record is not None)
    struck = frozenset[int]().union(*(each.sequences for each in readable if isinstance(each, Strike)))
    return Contents(header, _to_keep(readable, struck), struck, lost, owners, len(data), torn)


def _is_torn_end(data: bytes, pieces: Sequence[Frame | Gap], lost: Sequence[Gap]) -> bool:
    """Whether an append that never came to its end explains everything: it writes one frame, at the end."""
    return list(lost) == list(pieces[-1:]) and data.count(MARKER, lost[0].start) <= 1


def _to_keep(readable: Sequence[Record], struck: frozenset[int]) -> tuple[Record, ...]:
    """What is left after all; a strike counts wherever it stands, a number that comes again does not."""
    kept: dict[frozenset[int], Record] = {}
    for each in readable:
        if not isinstance(each, Strike) and each.sequences - struck:
            kept.setdefault(each.sequences, each)
    half_struck = struck & frozenset[int]().union(*kept)
    strikes = (each for each in readable if isinstance(each, Strike) and each.sequences & half_struck)
    return (*kept.values(), *strikes)


def _require_our_format(frames: Sequence[Frame], path: Path) -> None:
    for frame in frames:
        if frame.format != FORMAT:
            raise other_format(path, frame.format)


def _require_our_key(
    header: Header | None, records: Collection[object], seal: RecordSeal, path: Path
) -> None:
    if header is not None and header.key_id != seal.key_id:
        raise other_key(path, header.key_id, seal.key_id)
    if header is None and records and not any(records):
        raise other_key(path, "another key", seal.key_id)


def _require_a_journal(data: bytes, pieces: Sequence[Frame | Gap], seal: RecordSeal, path: Path) -> None:
    """Refuse what was never a journal; one of which only a damaged header is left still was."""
    nothing_readable = not any(isinstance(piece, Frame) for piece in pieces)
    if nothing_readable and not resembles(data, Header.fresh(seal.key_id).frame()):
        raise not_a_journal(path)
