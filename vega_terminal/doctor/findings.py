"""What a check finds: the verdict, what was seen, and the cure. Knows nothing else of the product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """How a thing does."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"
    """It could not be looked at; that is no statement about it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check says.

    Attributes:
        verdict: how it does.
        found: what was seen, one or more sentences; may hold text from outside.
        cure: what to do, one or more lines; empty when there is nothing to do.
    """

    verdict: Verdict
    found: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check said, and how long it took.

    Attributes:
        name: of what was looked at, such as `Database`.
        verdict, found, cure: as in `Outcome`.
        seconds: from the start of the check to its end.
    """

    name: str
    verdict: Verdict
    found: str
    cure: str
    seconds: float

    def document(self) -> dict[str, Any]:
        """The finding as JSON."""
        return {
            "name": self.name,
            "verdict": self.verdict.value,
            "found": self.found,
            "cure": self.cure or None,
            "seconds": round(self.seconds, 3),
        }


def fine(found: str) -> Outcome:
    """Nothing to do."""
    return Outcome(Verdict.OK, found)


def warning(found: str, cure: str) -> Outcome:
    """It works, but not as it should, or not for long."""
    return Outcome(Verdict.WARN, found, cure)


def failure(found: str, cure: str) -> Outcome:
    """With this no login succeeds, or its tokens are not safe."""
    return Outcome(Verdict.FAIL, found, cure)


def unknown(found: str, cure: str) -> Outcome:
    """It could not be looked at."""
    return Outcome(Verdict.UNKNOWN, found, cure)


def worst(findings: Sequence[Finding]) -> Verdict:
    """The verdict on all of them; what is unknown is worse than fine and better than a warning."""
    order = (Verdict.FAIL, Verdict.WARN, Verdict.UNKNOWN)
    verdicts = {finding.verdict for finding in findings}
    return next((verdict for verdict in order if verdict in verdicts), Verdict.OK)


def in_sentences(text: str) -> tuple[str, str]:
    """Split an error's text into its first sentence, and what follows: mostly the cure."""
    first, mark, rest = text.partition(". ")
    return (f"{first}.", rest) if mark else (text, "")


def cure_at_the_end(text: str) -> tuple[str, str]:
    """Split a remark into what was found, and the cure: its last sentence."""
    found, _, cure = text.rstrip(".").rpartition(". ")
    return (f"{found}.", f"{cure}.") if found else (text, "")
