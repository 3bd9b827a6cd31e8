"""What the commands print: one JSON document, or a table for people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TextIO

from vega_terminal.cli.plain_text import plain
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


def print_out(text: str) -> None:
    """A part of the result, on stdout."""
    _write(sys.stdout, text)


def print_json(document: Mapping[str, Any]) -> None:
    """One document on stdout, nothing else."""
    print_out(json.dumps(document, indent=2) + "\n")


def print_table(status: AuthStatus, now: datetime) -> None:
    """The slots for a person, and one line on what follows from them."""
    print_out(f"{'':2}{'SLOT':<16}{'VERDICT':<17}{'GENERATED (IST)':<17}{'EXPIRES (IST)':<17}NOTE\n")
    for slot in status.slots:
        print_out(_row(slot, now) + "\n")
    generated, total = status.generated(now), len(status.slots)
    print_out(f"\n{generated} / {total} Access Tokens Generated · {status.reason(now)}\n")
    remaining = status.cooldown_remaining(now)
    if remaining:
        print_out(f"Cooldown: {remaining // 60:02d}:{remaining % 60:02d} remaining.\n")


def _row(slot: SlotStatus, now: datetime) -> str:
    verdict = slot.verdict_at(now)
    note = plain(str(slot.failure)) if slot.failure else ""
    stamps = f"{_stamp(slot.generated_at):<17}{_stamp(slot.expires_at):<17}"
    return f"{GLYPHS[verdict]} {slot.name:<16}{verdict:<17}{stamps}{note}".rstrip()


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
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
