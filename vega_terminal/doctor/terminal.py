"""The terminal that a person sits at: its size, its colours, and what characters it takes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TerminalFacts:
    """What a terminal says about itself.

    Attributes:
        columns, lines: its size in characters; 0 when it does not tell.
        term: `TERM`.
        true_colour: whether it says that it shows all colours.
        wants_no_colour: `NO_COLOR` is set.
        encoding: of the text that is written to it.
    """

    columns: int
    lines: int
    term: str
    true_colour: bool
    wants_no_colour: bool
    encoding: str

    @classmethod
    def of_process(cls, environ: Mapping[str, str]) -> TerminalFacts | None:
        """The terminal behind stdout, stderr or stdin of this process; None when none of them is one."""
        for stream in (sys.__stdout__, sys.__stderr__, sys.__stdin__):
            if stream is not None and not stream.closed and stream.isatty():
                return cls.of_descriptor(stream.fileno(), environ, stream.encoding)
        return None

    @classmethod
    def of_descriptor(cls, descriptor: int, environ: Mapping[str, str], encoding: str) -> TerminalFacts:
        """The terminal behind an open descriptor.

        Raises:
            OSError: it is none.
        """
        size = os.get_terminal_size(descriptor)
        return cls(
            columns=size.columns,
            lines=size.lines,
            term=environ.get("TERM", ""),
            true_colour=environ.get("COLORTERM", "") in ("truecolor", "24bit"),
            wants_no_colour=bool(environ.get("NO_COLOR")),
            encoding=encoding.lower(),
        )
