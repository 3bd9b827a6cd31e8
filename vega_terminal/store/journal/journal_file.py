"""The file `pending.journal`: read, repaired, appended to and replaced, always durably.

A file is only ever appended to by the one that put it in place: it alone knows that everything in the
file, and the file's name, was flushed. What anybody else left behind (another process, one that was
killed in the middle of a write, a flush that failed) is copied to a new file before anything is promised
about it: after a failed flush the kernel may report success for data that it has dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC
from itertools import count
from pathlib import Path
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.store.journal.contents import NOTHING, Contents, read_contents
from vega_terminal.store.journal.file_ops import FileOps
from vega_terminal.store.journal.records import Header
from vega_terminal.store.journal.refusals import Kept, cut, set_aside
from vega_terminal.store.journal.sealing import RecordSeal

_STAMP: Final = "%Y%m%dT%H%M%S.%fZ"
_logger: Final = logging.getLogger(__name__)


class JournalFile:
    """One journal on disk. Every call blocks, and nobody else may touch the file meanwhile.

    Every method raises OSError when the system refuses; what was in the file then still is.
    """

    def __init__(
        self, path: Path, seal: RecordSeal, ops: FileOps, clock: Clock, tell: Callable[[str], None]
    ) -> None:
        """Work on `path`; `tell` takes sentences about damage that was found, before it is mended."""
        self.path = path
        self._seal = seal
        self._ops = ops
        self._clock = clock
        self._tell = tell
        self._draft = path.with_name(f"{path.name}.new")
        self._own_file_id: str | None = None

    def load(self) -> Contents:
        """What is held now; a damaged file is mended first, and that is told.

        Raises:
            StorageError: the file is not ours to read; it was left as it is.
        """
        contents = self._read()
        if contents is None or contents.whole:
            return contents or NOTHING
        self._mend(contents)
        return self._read() or NOTHING

    def append(self, contents: Contents, frame: bytes) -> None:
        """Add a record to the `contents` just loaded; it is durable on return."""
        if not self._is_own(contents):
            self.replace((*contents.frames(), frame))
            return
        try:
            self._append_in_place(contents, frame)
        except OSError as error:
            _logger.warning("%s: %s; what is held is written to a new file.", self.path, error.strerror)
            self.replace((*contents.frames(), frame))

    def make_own(self, contents: Contents) -> None:
        """Make the `contents` just loaded durable beyond doubt, whoever wrote them."""
        if contents.header is not None and not self._is_own(contents):
            self.replace(contents.frames())

    def settle(self, contents: Contents) -> None:
        """Flush the `contents` just loaded, without writing: who wrote them may have been killed before."""
        if self._is_own(contents):
            return
        descriptor = self._ops.open(self.path)
        try:
            self._ops.fsync(descriptor)
        finally:
            self._ops.close(descriptor)
        self._ops.fsync_dir(self.path.parent)

    def replace(self, frames: Iterable[bytes], keep_old_as: Path | None = None) -> None:
        """Put a new file with `frames` in the place of the present one, which may keep another name."""
        self._own_file_id = None
        header = Header.fresh(self._seal.key_id)
        try:
            self._write_draft(b"".join((header.frame(), *frames)))
            if keep_old_as is not None:
                self._ops.link(self.path, keep_old_as)
                self._ops.fsync_dir(self.path.parent)
            self._ops.rename(self._draft, self.path)
        except OSError:
            # The draft is in nobody's way: the next one replaces it.
            with suppress(OSError):
                self._ops.unlink(self._draft)
            raise
        self._ops.fsync_dir(self.path.parent)
        self._own_file_id = header.file_id

    def _is_own(self, contents: Contents) -> bool:
        return contents.header is not None and contents.header.file_id == self._own_file_id

    def _read(self) -> Contents | None:
        if not self._ops.exists(self.path):
            return None
        descriptor = self._ops.open(self.path)
        try:
            data = self._ops.read(descriptor)
        finally:
            self._ops.close(descriptor)
        return read_contents(data, self._seal, self.path)

    def _append_in_place(self, contents: Contents, frame: bytes) -> None:
        descriptor = self._ops.open(self.path)
        try:
            self._write_all(descriptor, frame)
            self._ops.fsync(descriptor)
        except OSError:
            # Nobody was promised this record: without it the file is as it was.
            with suppress(OSError):
                self._ops.truncate(descriptor, contents.size)
            raise
        finally:
            self._ops.close(descriptor)

    def _write_draft(self, data: bytes) -> None:
        if self._ops.exists(self._draft):
            self._ops.unlink(self._draft)
        descriptor = self._ops.create(self._draft)
        try:
            self._write_all(descriptor, data)
            self._ops.fsync(descriptor)
        finally:
            self._ops.close(descriptor)

    def _write_all(self, descriptor: int, data: bytes) -> None:
        while data:
            data = data[self._ops.write(descriptor, data) :]

    def _mend(self, contents: Contents) -> None:
        """Carry what can be read over to a new file; what is more than a torn end stays for inspection."""
        size = sum(gap.end - gap.start for gap in contents.lost)
        kept = Kept(len(contents.held), len(contents.notes))
        if contents.torn:
            self._tell(cut(self.path, size, contents.lost_owners, kept))
            self.replace(contents.frames())
        else:
            aside = self._free_name()
            self._tell(set_aside(self.path, aside, size, contents.lost_owners, kept))
            self.replace(contents.frames(), keep_old_as=aside)

    def _free_name(self) -> Path:
        stamp = self._clock.now().astimezone(UTC).strftime(_STAMP)
        names = (f"{self.path.name}.damaged-{stamp}{suffix}" for suffix in _suffixes())
        return next(path for name in names if not self._ops.exists(path := self.path.with_name(name)))


def _suffixes() -> Iterator[str]:
    yield ""
    yield from (f"-{number}" for number in count(2))
