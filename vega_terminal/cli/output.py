"""What the commands print: one JSON document, or a table for people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TextIO

from vega_terminal.cli.plain_text import plain
from vega_terminal.cli.tone import Tone, toned
from vega_terminal.domain.errors import VegaError
from vega_terminal.domain.status import AuthStatus, SlotStatus
from vega_terminal.domain.token import IST, Verdict

GLYPHS: Mapping[Verdict, str] = {
    Verdict.VALID: "●",
    Verdict.PENDING_PERSIST: "◐",
    Verdict.UNKNOWN: "?",
    Verdict.EXPIRED: "○",
    Verdict.MISSING: "·",
    Verdict.INVALID: "✗",
}
_TONES: Mapping[Verdict, Tone] = {
    Verdict.VALID: Tone.GOOD,
    Verdict.PENDING_PERSIST: Tone.GOOD,
    Verdict.UNKNOWN: Tone.WAIT,
    Verdict.EXPIRED: Tone.WAIT,
    Verdict.MISSING: Tone.WAIT,
    Verdict.INVALID: Tone.BAD,
}


class OutputFailed(VegaError):
    """The result cannot be written where it was to go."""


def print_out(text: str) -> None:
    """A part of the result, on stdout."""
    _write(sys.stdout, text)


def print_json(document: Mapping[str, Any]) -> None:
    """One document on stdout, nothing else."""
    print_out(json.dumps(document, indent=2) + "\n")


def print_table(status: AuthStatus, now: datetime) -> None:
    """The slots for a person, and one line on what follows from them."""
    heading = f"{'':2}{'SLOT':<16}{'VERDICT':<17}{'GENERATED (IST)':<17}{'EXPIRES (IST)':<17}NOTE"
    print_out(f"{toned(heading, Tone.LABEL)}\n")
    for slot in status.slots:
        print_out(_row(slot, now) + "\n")
    generated, total = status.generated(now), len(status.slots)
    print_out(f"\n{generated} / {total} Access Tokens Generated · {status.reason(now)}\n")
    remaining = status.cooldown_remaining(now)
    if remaining:
        cooldown = f"Cooldown: {remaining // 60:02d}:{remaining % 60:02d} remaining."
        print_out(f"{toned(cooldown, Tone.WAIT)}\n")


def _row(slot: SlotStatus, now: datetime) -> str:
    verdict = slot.verdict_at(now)
    note = plain(str(slot.failure)) if slot.failure else ""
    stamps = f"{_stamp(slot.generated_at):<17}{_stamp(slot.expires_at):<17}"
    glyph, word = (toned(text, _TONES[verdict]) for text in (GLYPHS[verdict], f"{verdict:<17}"))
    return f"{glyph} {slot.name:<16}{word}{stamps}{note}".rstrip()


def _stamp(instant: datetime | None) -> str:
    return "-" if instant is None else f"{instant.astimezone(IST):%d %b %H:%M}"


def say(line: str) -> None:
    """A line for the operator, on stderr."""
    _write(sys.stderr, f"{plain(line)}\n")


def ask(question: str) -> None:
    """A question for the operator, on stderr; the answer stands behind it."""
    _write(sys.stderr, question)


def _write(stream: TextIO | None, text: str) -> None:
    """Write at once. Whoever reads may have gone, or never been there: the exit code still tells them."""
    if stream is None:
        return
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _write_no_more(stream)
    except OSError as error:
        _write_no_more(stream)
        if stream is sys.stdout:  # a result that is not whole must not pass for one
            raise OutputFailed(f"The result could not be written to its end ({error.strerror}).") from error


def _write_no_more(stream: TextIO) -> None:
    """Let what is left in the stream go nowhere; Python would try again at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
