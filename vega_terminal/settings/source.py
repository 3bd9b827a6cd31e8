"""Gathers the texts of all settings: the environment over the `.env` file (contract section 2)."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vega_terminal.domain.errors import SettingsProblem
from vega_terminal.domain.secret import Secret

if TYPE_CHECKING:
    from dotenv.parser import Binding

PREFIXES: Final = ("UPSTOX_", "VEGA_")
DEFAULT_FILE: Final = Path(".env")


@dataclass(frozen=True, slots=True)
class Source:
    """Texts by key. Each is a Secret until its parser has seen it, so that no crash report shows one.

    Attributes:
        texts: what is set; an empty text is not.
        from_file: the keys whose text is the file's.
        folder: where the file lies; its relative paths count from there.
        problems: what was wrong with the file.
        absent: that the usual file is not there; told where settings are missing, and no problem by itself.
        warnings: what is unwise about the file.
    """

    texts: Mapping[str, Secret]
    from_file: frozenset[str] = frozenset()
    folder: Path = Path()
    problems: tuple[SettingsProblem, ...] = ()
    absent: tuple[SettingsProblem, ...] = ()
    warnings: tuple[str, ...] = ()


def read_source(environ: Mapping[str, str], env_file: Path | None) -> Source:
    """Read the environment and the file; `env_file` None stands for `./.env`, which need not exist."""
    outside = dict(_ours(environ.items()))
    chosen = DEFAULT_FILE if env_file is None else env_file
    try:
        content = chosen.read_bytes().decode()
    except FileNotFoundError:
        if env_file is None:
            return Source(outside, absent=_no_settings_here(outside))
        return Source(outside, problems=(_no_file(chosen),))
    except (OSError, ValueError) as error:
        return Source(outside, problems=(_unreadable(chosen, error),))
    from dotenv.parser import parse_stream  # noqa: PLC0415 - costs start-up time where there is no file

    lines = tuple(parse_stream(io.StringIO(content)))
    inside = dict(_ours((line.key, line.value) for line in lines if line.key and line.value))
    return Source(
        texts=inside | outside,
        from_file=frozenset(inside.keys() - outside.keys()),
        folder=chosen.parent,
        problems=tuple(_broken_lines(chosen, lines)),
        warnings=(*_loose_rights(chosen), *_doubled_keys(chosen, lines)),
    )


def _ours(items: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Secret]]:
    for key, text in items:
        if key.upper().startswith(PREFIXES) and text.strip():
            yield key, Secret(text.strip())


def _no_settings_here(outside: Mapping[str, Secret]) -> tuple[SettingsProblem, ...]:
    """Most often it is only the wrong folder; whoever sets the environment instead knows what they do."""
    if any(key.startswith("UPSTOX_") for key in outside):
        return ()
    found = SettingsProblem(
        str(DEFAULT_FILE),
        f"There is none in {Path.cwd()}.",
        "Go to its folder, name the file with --env-file, or copy .env.example to .env and fill it in."
        " Without an account: --demo.",
    )
    return (found,)


def _no_file(path: Path) -> SettingsProblem:
    return SettingsProblem(
        "--env-file",
        f"There is no file {path}.",
        "Name an existing file, or copy .env.example to it and fill it in.",
    )


def _unreadable(path: Path, error: OSError | ValueError) -> SettingsProblem:
    if isinstance(error, OSError):
        return SettingsProblem(
            str(path),
            f"It cannot be read: {error.strerror}.",
            "Make it a file that you may read, with rights 600.",
        )
    return SettingsProblem(str(path), "It is not UTF-8 text.", "Save it again as UTF-8.")


def _broken_lines(path: Path, lines: Iterable[Binding]) -> Iterator[SettingsProblem]:
    """What is no assignment; the line itself is not repeated, because it may hold a secret."""
    for line in lines:
        missing = line.key is not None and line.value is None and line.key.upper().startswith(PREFIXES)
        if line.error or missing:
            number = line.original.line + _leading_breaks(line.original.string)
            yield SettingsProblem(
                f"{path} line {number}",
                "It is not KEY=value.",
                "Write one assignment a line and close every quote.",
            )


def _leading_breaks(text: str) -> int:
    return text[: len(text) - len(text.lstrip())].replace("\r\n", "\n").count("\n")


def _doubled_keys(path: Path, lines: Iterable[Binding]) -> Iterator[str]:
    seen: set[str] = set()
    doubled: set[str] = set()
    for line in lines:
        if line.key and line.value and line.key.upper().startswith(PREFIXES):
            (doubled if line.key in seen else seen).add(line.key)
    for key in sorted(doubled):
        yield f"{path} holds {key} more than once; the last one counts. Take the others out."


def _loose_rights(path: Path) -> Iterator[str]:
    """A regular file that others may read or write, or that belongs to somebody else."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        return
    if found.st_mode & 0o077:
        yield f"{path} can be read or written by other users of this machine. Mend it with: chmod 600 {path}"
    if found.st_uid != os.geteuid():
        yield f"{path} belongs to another user, who can read and change it. Mend it with: chown $USER {path}"
