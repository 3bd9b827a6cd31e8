"""What the commands print: one JSON document, or a table for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

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


def print_json(document: Mapping[str, Any]) -> None:
    """One document on stdout, nothing else."""
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def print_table(status: AuthStatus, now: datetime) -> None:
    """The slots for a person, and one line on what follows from them."""
    sys.stdout.write(f"{'':2}{'SLOT':<16}{'VERDICT':<17}{'GENERATED (IST)':<17}{'EXPIRES (IST)':<17}NOTE\n")
    for slot in status.slots:
        sys.stdout.write(_row(slot, now) + "\n")
    generated, total = status.generated(now), len(status.slots)
    sys.stdout.write(f"\n{generated} / {total} Access Tokens Generated · {status.reason(now)}\n")
    remaining = status.cooldown_remaining(now)
    if remaining:
        sys.stdout.write(f"Cooldown: {remaining // 60:02d}:{remaining % 60:02d} remaining.\n")


def _row(slot: SlotStatus, now: datetime) -> str:
    verdict = slot.verdict_at(now)
    note = plain(str(slot.failure)) if slot.failure else ""
    stamps = f"{_stamp(slot.generated_at):<17}{_stamp(slot.expires_at):<17}"
    return f"{GLYPHS[verdict]} {slot.name:<16}{verdict:<17}{stamps}{note}".rstrip()


def _stamp(instant: datetime | None) -> str:
    return "-" if instant is None else f"{instant.astimezone(IST):%d %b %H:%M}"


def say(line: str) -> None:
    """A line for the operator, on stderr."""
    sys.stderr.write(f"{plain(line)}\n")
    sys.stderr.flush()
