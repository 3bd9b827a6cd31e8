"""The operators' page knows every failure, verdict and exit code, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.token import Verdict

DOCS = Path(__file__).parents[2] / "docs"
ROWS = [line for line in (DOCS / "operations.md").read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
FIRST_CELLS = [row.split("|")[1].strip().strip("`") for row in ROWS]


def test_every_failure_verdict_and_exit_code_has_one_row() -> None:
    wanted = [*FailureKind, *Verdict, *(str(int(code)) for code in ExitCode)]
    assert {name: FIRST_CELLS.count(name) for name in wanted} == dict.fromkeys(wanted, 1)


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_every_link_to_a_page_leads_to_one(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
