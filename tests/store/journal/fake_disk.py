"""A file system with two images: what programs see, and what a power cut leaves.

It is as mean as POSIX allows: unflushed writes reach the medium sector by sector in any selection, a file
may have its new length without its new data, names and data are flushed apart, changes of names are
kept or lost one by one, and after a failed flush the next one succeeds although the data was dropped.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

SECTOR: Final = 32
Names = dict[Path, int]


class Died(BaseException):
    """The process is no more; nothing that it still tries has an effect."""


@dataclass
class Inode:
    seen: bytes = b""
    durable: bytes = b""
    unflushed: list[tuple[int, bytes] | int] = field(default_factory=list)
    """Writes (offset, data) and cuts (length), in order."""

    def write(self, data: bytes) -> None:
        self.unflushed.append((len(self.seen), data))
        self.seen += data

    def cut(self, length: int) -> None:
        self.unflushed.append(length)
        self.seen = self.seen[:length].ljust(length, b"\0")

    def flush(self, random: Random | None = None) -> None:
        """Everything reaches the medium; with `random`, only what chance selects."""
        for change in self.unflushed:
            if isinstance(change, int):
                if random is None or random.random() < 0.5:
                    self.durable = self.durable[:change].ljust(change, b"\0")
            else:
                self._flush_write(*change, random)
        self.unflushed.clear()

    def _flush_write(self, offset: int, data: bytes, random: Random | None) -> None:
        end = offset + len(data)
        if random is not None and random.random() < 0.5:
            self._grow(end, random)
        for start in range(offset - offset % SECTOR, end, SECTOR):
            if random is None or random.random() < 0.7:
                first, last = max(start, offset), min(start + SECTOR, end)
                self._grow(last, random)
                piece = data[first - offset : last - offset]
                self.durable = self.durable[:first] + piece + self.durable[last:]

    def _grow(self, length: int, random: Random | None) -> None:
        missing = max(0, length - len(self.durable))
        stale = random is not None and random.random() < 0.5
        self.durable += random.randbytes(missing) if random and stale else bytes(missing)


@dataclass
class Plan:
    """What goes wrong, and at which call from now on (1 is the next), of all or of one kind."""

    fail_at: int = 0
    error: int = errno.EIO
    for_good: bool = False
    only: str = ""
    die_at: int = 0


class FakeDisk:
    """Implements `FileOps`."""

    def __init__(self, seed: int = 0) -> None:
        self.random = Random(seed)
        self.plan = Plan()
        self.calls: list[str] = []
        self.dead = False
        self.descriptors: dict[int, int] = {}
        self.inodes: dict[int, Inode] = {}
        self.names: Names = {}
        self.durable_names: Names = {}
        self.unflushed_names: list[Callable[[Names], object]] = []

    def twin(self) -> FakeDisk:
        """An equal disk in a machine that works; what happens to it does not happen here."""
        twin = deepcopy(self)
        twin.kill()
        return twin

    # What happens to the machine

    def expect(self, plan: Plan) -> None:
        """From now on count calls and follow `plan`."""
        self.plan = plan
        self.calls.clear()

    def kill(self) -> None:
        """The process ends; what it wrote is seen by the next one."""
        self.dead = False
        self.descriptors.clear()
        self.expect(Plan())

    def power_cut(self) -> None:
        """The process ends, and what was not flushed is kept or lost at random."""
        self.kill()
        self._flush_names(self.random)
        self.names = dict(self.durable_names)
        for inode in self.inodes.values():
            inode.flush(self.random)
            inode.seen = inode.durable

    def flip(self, path: Path, bit: int) -> None:
        """The medium returns one wrong bit from now on."""
        inode = self.inodes[self.names[path]]
        at, mask = (bit // 8) % len(inode.seen), 1 << bit % 8
        assert inode.seen == inode.durable
        inode.seen = inode.durable = inode.seen[:at] + bytes([inode.seen[at] ^ mask]) + inode.seen[at + 1 :]

    def content(self, path: Path) -> bytes:
        return self.inodes[self.names[path]].seen

    def is_flushed(self, path: Path) -> bool:
        """Whether a power cut would change nothing about the file or its name."""
        number = self.names.get(path)
        if number is None or self.durable_names.get(path) != number:
            return False
        return self.inodes[number].seen == self.inodes[number].durable

    # What programs ask of it

    def exists(self, path: Path) -> bool:
        self._require_alive()
        return path in self.names

    def make_folder(self, folder: Path) -> None:
        self._require_alive()

    def open(self, path: Path) -> int:
        self._call("open")
        if path not in self.names:
            raise _refused(errno.ENOENT)
        return self._descriptor(self.names[path])

    def create(self, path: Path) -> int:
        if path in self.names:
            raise _refused(errno.EEXIST)
        number = len(self.inodes) + 1
        self._call("create", lambda: self._create(path, number))
        return self._descriptor(number)

    def read(self, descriptor: int) -> bytes:
        self._call("read")
        return self._inode(descriptor).seen

    def write(self, descriptor: int, data: bytes) -> int:
        """Now and then takes only a part; one that fails or dies leaves a part."""
        taken = data[: self.random.randint(1, len(data))]
        self._call("write", lambda: self._inode(descriptor).write(taken), on_failure=True)
        return len(taken)

    def fsync(self, descriptor: int) -> None:
        inode = self._inode(descriptor)
        self._call("fsync", inode.flush, on_failure=lambda: inode.flush(self.random))

    def truncate(self, descriptor: int, length: int) -> None:
        self._call("truncate", lambda: self._inode(descriptor).cut(length))

    def close(self, descriptor: int) -> None:
        self._require_alive()
        del self.descriptors[descriptor]

    def link(self, source: Path, target: Path) -> None:
        if target in self.names:
            raise _refused(errno.EEXIST)
        number = self.names[source]
        self._call("link", lambda: self._change_names(lambda names: names.update({target: number})))

    def rename(self, source: Path, target: Path) -> None:
        number = self.names[source]

        def move(names: Names) -> None:
            names.pop(source, None)
            names[target] = number

        self._call("rename", lambda: self._change_names(move))

    def unlink(self, path: Path) -> None:
        if path not in self.names:
            raise _refused(errno.ENOENT)
        self._call("unlink", lambda: self._change_names(lambda names: names.pop(path, None)))

    def fsync_dir(self, folder: Path) -> None:
        self._call("fsync_dir", self._flush_names, on_failure=lambda: self._flush_names(self.random))

    # Inside

    def _call(
        self,
        name: str,
        effect: Callable[[], object] = lambda: None,
        on_failure: Callable[[], object] | bool = False,
    ) -> None:
        """Carry out one call, unless the plan says otherwise.

        Args:
            name: of the call.
            effect: what it does.
            on_failure: what it does although it fails; True for the same.
        """
        self._require_alive()
        self.calls.append(name)
        if len(self.calls) == self.plan.die_at:
            if name not in {"fsync", "fsync_dir"} and self.random.random() < 0.5:
                effect()
            self.dead = True
            raise Died
        if not self._is_to_fail(name):
            effect()
            return
        if on_failure:
            (effect if on_failure is True else on_failure)()
        raise _refused(self.plan.error)

    def _is_to_fail(self, name: str) -> bool:
        plan = self.plan
        if not plan.fail_at or plan.only not in {"", name}:
            return False
        number = self.calls.count(name) if plan.only else len(self.calls)
        return number == plan.fail_at or (plan.for_good and number > plan.fail_at)

    def _require_alive(self) -> None:
        if self.dead:
            raise Died

    def _create(self, path: Path, number: int) -> None:
        self.inodes[number] = Inode()
        self._change_names(lambda names: names.update({path: number}))

    def _change_names(self, change: Callable[[Names], object]) -> None:
        change(self.names)
        self.unflushed_names.append(change)

    def _flush_names(self, random: Random | None = None) -> None:
        for change in self.unflushed_names:
            if random is None or random.random() < 0.5:
                change(self.durable_names)
        self.unflushed_names.clear()

    def _descriptor(self, number: int) -> int:
        descriptor = max(self.descriptors, default=2) + 1
        self.descriptors[descriptor] = number
        return descriptor

    def _inode(self, descriptor: int) -> Inode:
        return self.inodes[self.descriptors[descriptor]]


def _refused(code: int) -> OSError:
    return OSError(code, os.strerror(code))
