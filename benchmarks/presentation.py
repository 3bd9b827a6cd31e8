"""Reports on the screen and in the README."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table as RichTable

from benchmarks.result import Report, Table

README: Final = Path(__file__).with_name("README.md")
_BEGIN: Final = "<!-- measured: written by `python -m benchmarks --write` -->"
_END: Final = "<!-- end of measured -->"
Facts = Sequence[tuple[str, str]]


def print_facts(console: Console, facts: Facts) -> None:
    """On what it is measured."""
    for name, value in facts:
        console.print(f"{name:<12} {value}", highlight=False, markup=False)


def print_report(console: Console, report: Report) -> None:
    """One benchmark's tables, goals and facts."""
    console.rule(report.title)
    for table in report.tables:
        console.print(_rich(table))
    for goal in report.goals:
        console.print(str(goal), style="green" if goal.met else "bold red", highlight=False)
    for fact in report.facts:
        console.print(fact, style="dim", highlight=False)


def write_readme(facts: Facts, reports: Sequence[Report], path: Path = README) -> None:
    """Replace what stands between the marks.

    Raises:
        ValueError: the marks are not in the file.
    """
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise ValueError(f"{path.name} holds no place for the figures: '{_BEGIN}' ... '{_END}'.")
    sections = [_markdown_facts(facts), *(_markdown(report) for report in reports)]
    path.write_text(before + "\n\n".join([_BEGIN, *sections, _END]) + after, encoding="utf-8")


def _rich(table: Table) -> RichTable:
    rich = RichTable(title=table.title, title_justify="left", box=box.SIMPLE)
    for number, column in enumerate(table.columns):
        rich.add_column(column, justify="right" if number else "left")
    for row in table.rows:
        rich.add_row(*row)
    return rich


def _markdown_facts(facts: Facts) -> str:
    return _markdown_table(("", ""), facts)


def _markdown(report: Report) -> str:
    parts = [f"### {report.title}"]
    parts += [f"{table.title}:\n\n{_markdown_table(table.columns, table.rows)}" for table in report.tables]
    goals = [f"- {_emphasised(str(goal), met=goal.met)}" for goal in report.goals]
    lines = goals + [f"- {fact}" for fact in report.facts]
    return "\n\n".join([*parts, *(["\n".join(lines)] if lines else [])])


def _emphasised(line: str, *, met: bool) -> str:
    return re.sub(r"(\w+)$", r"**\1**", line) if not met else line


def _markdown_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rule = ["---", *("---:" for _ in columns[1:])] if len(columns) > 2 else ["---"] * len(columns)
    return "\n".join("| " + " | ".join(row) + " |" for row in (columns, rule, *rows))
