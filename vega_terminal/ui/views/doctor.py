"""What the doctor found, in lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from textual.content import Content

from vega_terminal.doctor.findings import Finding, Verdict
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.columns import fit, indented

_LIMIT: Final = 1000
_NAME: Final = 17
_INDENT: Final = 2 + 2 + _NAME


@dataclass(frozen=True, slots=True)
class FindingSign:
    """How a verdict looks, and how many of its kind are counted: never by colour alone."""

    glyph: str
    tone: Tone
    one: str
    many: str


SIGNS: Final[Mapping[Verdict, FindingSign]] = MappingProxyType(
    {
        Verdict.FAIL: FindingSign("✕", Tone.BAD, "failure", "failures"),
        Verdict.WARN: FindingSign("!", Tone.WAIT, "warning", "warnings"),
        Verdict.UNKNOWN: FindingSign("?", Tone.LINK, "unknown", "unknown"),
        Verdict.OK: FindingSign("●", Tone.GOOD, "fine", "fine"),
    }
)


@dataclass(frozen=True, slots=True)
class Examination:
    """How far the doctor has come.

    Attributes:
        findings: in the order in which they came.
        expected: how many there will be; 0 while that is not known.
        is_over: whether all of them are there.
        trouble: why there will be no more of them; None when there is no such reason.
    """

    findings: tuple[Finding, ...] = ()
    expected: int = 0
    is_over: bool = False
    trouble: str | None = None


def examination_note(seen: Examination) -> tuple[str, Tone]:
    """One line: how far it has come, or what came of it."""
    done = len(seen.findings)
    if seen.trouble is not None:
        return f"✕ The examination ended early. {safe_text(seen.trouble)} r begins anew.", Tone.BAD
    if seen.is_over:
        checks = "check" if done == 1 else "checks"
        return f"{_worst(seen.findings).glyph} {done} {checks}: {_counts(seen.findings)}", _worst(
            seen.findings
        ).tone
    far = f"{done} of {seen.expected}" if seen.expected else f"{done} done, more to come"
    return f"▸ Looking at everything that a login needs: {far}.", Tone.LABEL


def _worst(findings: Sequence[Finding]) -> FindingSign:
    found = {finding.verdict for finding in findings}
    return next((sign for verdict, sign in SIGNS.items() if verdict in found), SIGNS[Verdict.UNKNOWN])


def _counts(findings: Sequence[Finding]) -> str:
    """`10 fine, 1 warning, 1 failure`."""
    verdicts = [finding.verdict for finding in findings]
    counted = ((verdicts.count(verdict), sign) for verdict, sign in reversed(tuple(SIGNS.items())))
    return (
        ", ".join(f"{count} {sign.one if count == 1 else sign.many}" for count, sign in counted if count)
        + "."
    )


def finding_lines(findings: Sequence[Finding], width: int) -> tuple[Content, ...]:
    """Glyph, name and what was found; beneath it the cure, where there is one."""
    return tuple(line for finding in findings for line in _block(finding, width))


def _block(finding: Finding, width: int) -> tuple[Content, ...]:
    sign = SIGNS[finding.verdict]
    first, *rest = indented(safe_text(finding.found, _LIMIT), Tone.VALUE, _INDENT, width)
    head = Content.assemble(
        (f" {sign.glyph}  ", sign.tone), fit(Content.styled(safe_text(finding.name), Tone.STRONG), _NAME)
    )
    return (head + first[_INDENT:], *rest, *_cure(finding, width))


def _cure(finding: Finding, width: int) -> tuple[Content, ...]:
    if finding.verdict is Verdict.OK or not finding.cure.strip():
        return ()
    steps = [safe_text(line, _LIMIT) for line in finding.cure.splitlines() if line.strip()]
    lines = [line for step in steps for line in indented(step, Tone.LABEL, _INDENT + 2, width)]
    arrow = Content.styled(" " * _INDENT + "→ ", Tone.LABEL)
    return (arrow + lines[0][_INDENT + 2 :], *lines[1:])
