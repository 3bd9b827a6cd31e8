"""The audit trail as a file: JSON lines for programs, CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Final

from vega_terminal.cli.plain_text import plain
from vega_terminal.engine.ports.audit import AuditRecord
from vega_terminal.exports import harmless_json, record_document


class ExportFormat(StrEnum):
    """What an export is written as."""

    JSONL = "jsonl"
    CSV = "csv"


_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""With one of these in front a spreadsheet takes a cell for a formula (OWASP ASVS 1.2.10)."""


def export_lines(records: Sequence[AuditRecord], form: ExportFormat) -> Iterator[str]:
    """The whole export, line by line, each with its end; nothing in it can act on a terminal."""
    if form is ExportFormat.JSONL:
        return (harmless_json(record_document(record)) + "\n" for record in records)
    return _csv_lines(records)


def _csv_lines(records: Sequence[AuditRecord]) -> Iterator[str]:
    """RFC 4180: a header, CRLF, every cell quoted."""
    yield _csv_line(
        ("seq", "at", "kind", "actor", "executionId", "slot", "detail", "generation", "entryId", "mac")
    )
    for record in records:
        document = {**record_document(record), "detail": record.detail}
        yield _csv_line(tuple(document.values()))


def _csv_line(values: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(map(_cell, values))
    return line.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    quote = "'" if text.startswith(_FORMULA_STARTS) else ""
    return quote + plain(text)
