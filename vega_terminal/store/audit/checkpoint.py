"""The checkpoint: what the audit trail held, remembered outside the database and under a key of its own.

The trail's chain alone cannot tell that its end was cut off, that an older database was put in its
place, or that somebody with the vault's key wrote it anew.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import StorageError
from vega_terminal.engine.ports.audit import AuditRecord
from vega_terminal.store.audit.chain import canonical, derived_key
from vega_terminal.store.journal.file_ops import FileOps, OsFileOps
from vega_terminal.store.journal.lock import JournalLock
from vega_terminal.store.vault.key import VaultKey

CHECKPOINT_NAME: Final = "audit.checkpoint"
_PURPOSE: Final = b"vega-terminal audit checkpoint 1"
_FORMAT: Final = 1
_MARK_DIGITS: Final = 32
_ALL_OF_THE_LAST: Final = 256
_EVERY: Final = 64
"""Of older records one in so many is enough: each mac proves all before it."""

Place = tuple[int, int]
"""Generation and seq of a record."""


class CheckpointForged(ValueError):
    """The file is not what this product wrote with this key."""


@dataclass(frozen=True, slots=True)
class CheckpointContents:
    """What the checkpoint knows.

    Attributes:
        began: seq of the first record written while it was there: 1, unless it was lost meanwhile.
        generation: the highest that may be in the trail.
        marks: the beginning of the mac of a record, by its place; the first one that was known stands.
        disputed: the earliest place for which another record turned up later; never forgotten.
    """

    began: int = 1
    generation: int = 0
    marks: Mapping[Place, str] = field(default_factory=dict)
    disputed: Place | None = None

    def with_marks(self, records: Sequence[AuditRecord]) -> CheckpointContents:
        """Knows `records`, too; of what is old only every so many."""
        found = {place_of(record): mark_of(record) for record in records}
        marks = {**found, **self.marks}
        disputes = [self.disputed, *(place for place in found if found[place] != marks[place])]
        disputed = min((place for place in disputes if place is not None), default=None)
        tops = dict(sorted(marks))
        newest = max(tops, default=0)

        def is_kept(place: Place) -> bool:
            generation, seq = place
            recent = generation == newest and seq > tops[newest] - _ALL_OF_THE_LAST
            return recent or seq % _EVERY == 0 or seq == tops[generation] or place == disputed

        kept = {place: marks[place] for place in sorted(marks) if is_kept(place)}
        return replace(self, marks=kept, disputed=disputed)


def place_of(record: AuditRecord) -> Place:
    """Where the record stands."""
    return record.generation, record.seq


def mark_of(record: AuditRecord) -> str:
    """By what the checkpoint knows the record again."""
    return record.mac[:_MARK_DIGITS]


class AuditCheckpoint:
    """The file `audit.checkpoint`, 0600; always replaced as a whole, one process at a time. Blocks."""

    def __init__(self, folder: Path, key: VaultKey, ops: FileOps | None = None) -> None:
        self.path = folder / CHECKPOINT_NAME
        self._key = derived_key(key, _PURPOSE)
        self._ops = ops or OsFileOps()
        self._lock = JournalLock(folder / f"{CHECKPOINT_NAME}.lock")

    def read(self) -> CheckpointContents | None:
        """What is on record; None when there is no checkpoint.

        Raises:
            CheckpointForged: it was changed, or belongs to another key.
            StorageError: it cannot be read.
        """
        try:
            return self._load()
        except OSError as error:
            raise self._unusable(error) from error

    def open_generation(self, generation: int, next_seq: int) -> None:
        """Make sure that there is a checkpoint and that it expects records of `generation`.

        Called before such a record is written: without that, a crash between the two would look like
        an attack.

        Args:
            generation: of the next record.
            next_seq: of the next record; where a checkpoint begins that was not there.

        Raises:
            StorageError: it cannot be written.
        """

        def opened(before: CheckpointContents | None) -> CheckpointContents:
            contents = before or CheckpointContents(began=next_seq)
            return replace(contents, generation=max(contents.generation, generation))

        self._change(opened)

    def mark(self, records: Sequence[AuditRecord]) -> None:
        """Remember records that are in the database now.

        Raises:
            StorageError: it cannot be written.
        """

        def marked(before: CheckpointContents | None) -> CheckpointContents:
            fresh = CheckpointContents(began=records[0].seq, generation=records[0].generation)
            return (before or fresh).with_marks(records)

        self._change(marked)

    def _change(self, change: Callable[[CheckpointContents | None], CheckpointContents]) -> None:
        try:
            self._ops.make_folder(self.path.parent)
            with self._lock.held(), suppress(CheckpointForged):  # a forged one stays as it is: evidence
                before = self._load()
                after = change(before)
                if after != before:
                    self._replace(after)
        except OSError as error:
            raise self._unusable(error) from error

    def _load(self) -> CheckpointContents | None:
        if not self._ops.exists(self.path):
            return None
        descriptor = self._ops.open(self.path)
        try:
            return self._parse(self._ops.read(descriptor))
        finally:
            self._ops.close(descriptor)

    def _parse(self, data: bytes) -> CheckpointContents:
        text, _, mac = data.rstrip(b"\n").rpartition(b"\n")
        if not hmac.compare_digest(self._mac(text), mac):
            raise CheckpointForged
        document = json.loads(text)
        if document["format"] != _FORMAT:
            raise CheckpointForged
        marks = {(generation, seq): mark for generation, seq, mark in document["marks"]}
        disputed = document["disputed"]
        return CheckpointContents(
            document["began"], document["generation"], marks, None if disputed is None else tuple(disputed)
        )

    def _replace(self, contents: CheckpointContents) -> None:
        marks = [(*place, mark) for place, mark in sorted(contents.marks.items())]
        facts = {"began": contents.began, "generation": contents.generation, "disputed": contents.disputed}
        text = canonical({"format": _FORMAT, "marks": marks, **facts}).encode()
        new = self.path.with_name(f"{CHECKPOINT_NAME}.new")
        with suppress(FileNotFoundError):
            self._ops.unlink(new)  # of a process that died in the middle
        descriptor = self._ops.create(new)
        try:
            _write_all(self._ops, descriptor, text + b"\n" + self._mac(text) + b"\n")
            self._ops.fsync(descriptor)
        finally:
            self._ops.close(descriptor)
        self._ops.rename(new, self.path)
        self._ops.fsync_dir(self.path.parent)

    def _mac(self, text: bytes) -> bytes:
        return hmac.new(self._key, text, hashlib.sha256).hexdigest().encode()

    def _unusable(self, error: OSError) -> StorageError:
        return StorageError(
            f"The audit trail's checkpoint {self.path} cannot be used ({error.strerror}). Without it nobody"
            " can prove that the trail is whole. Give your user the right to it, and make room on the disk."
        )


def _write_all(ops: FileOps, descriptor: int, data: bytes) -> None:
    while data:
        data = data[ops.write(descriptor, data) :]
