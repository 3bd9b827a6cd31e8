"""The system calls by which a process changes its files, and how to read their arguments."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Shape:
    """One system call.

    Attributes:
        kind: what it is counted as.
        numbers: on x86_64 and on aarch64; None where there is no such call.
        descriptor: which argument is a descriptor of the file, if any.
        names: which arguments are names of files; each may be relative to the descriptor before it.
    """

    kind: str
    numbers: tuple[int | None, int | None]
    descriptor: int | None = None
    names: tuple[int, ...] = ()


SHAPES: Final = {
    "write": Shape("write", (1, 64), descriptor=0),
    "pwrite64": Shape("write", (18, 68), descriptor=0),
    "fsync": Shape("fsync", (74, 82), descriptor=0),
    "fdatasync": Shape("fsync", (75, 83), descriptor=0),
    "ftruncate": Shape("ftruncate", (77, 46), descriptor=0),
    "fallocate": Shape("fallocate", (285, 47), descriptor=0),
    "open": Shape("open", (2, None), names=(0,)),
    "openat": Shape("open", (257, 56), names=(1,)),
    "rename": Shape("rename", (82, None), names=(0, 1)),
    "renameat": Shape("rename", (264, 38), names=(1, 3)),
    "renameat2": Shape("rename", (316, 276), names=(1, 3)),
    "unlink": Shape("unlink", (87, None), names=(0,)),
    "unlinkat": Shape("unlink", (263, 35), names=(1,)),
    "link": Shape("link", (86, None), names=(0, 1)),
    "linkat": Shape("link", (265, 37), names=(1, 3)),
    "mkdir": Shape("mkdir", (83, None), names=(0,)),
    "mkdirat": Shape("mkdir", (258, 34), names=(1,)),
}

MACHINES: Final = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}
"""Which column of `numbers`, the audit architecture, and the number of seccomp(2)."""


def numbers() -> dict[int, str]:
    """The name of each call by its number on this machine."""
    column = MACHINES[platform.machine()][0]
    pairs = ((shape.numbers[column], name) for name, shape in SHAPES.items())
    return {number: name for number, name in pairs if number is not None}


def paths_of(name: str, process: int, arguments: tuple[int, ...]) -> tuple[str, ...]:
    """The files that a stopped call is about; a name that cannot be read is empty."""
    shape = SHAPES[name]
    if shape.descriptor is not None:
        return (_of_descriptor(process, arguments[shape.descriptor]),)
    return tuple(_of_name(process, arguments, position) for position in shape.names)


def _of_descriptor(process: int, descriptor: int) -> str:
    try:
        # Thousands of times: a Path would cost more than the rest of it.
        link = os.readlink(f"/proc/{process}/fd/{descriptor & 0xFFFFFFFF}")  # noqa: PTH115
        return link.removesuffix(" (deleted)")
    except OSError:
        return ""


def _of_name(process: int, arguments: tuple[int, ...], position: int) -> str:
    text = _text_at(process, arguments[position])
    if text.startswith("/") or position == 0:
        return text
    return f"{_of_descriptor(process, arguments[position - 1])}/{text}"


def _text_at(process: int, address: int) -> str:
    try:
        memory = os.open(f"/proc/{process}/mem", os.O_RDONLY)
    except OSError:
        return ""
    try:
        return os.pread(memory, 4096, address).split(b"\0", 1)[0].decode(errors="replace")
    except OSError:
        return ""
    finally:
        os.close(memory)
