"""The audit trail as a file: JSON lines for programs, CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from vega_terminal.cli.plain_text import plain
from vega_terminal.domain.errors import UsageError
from vega_terminal.engine.ports.audit import AuditRecord


class ExportFormat(StrEnum):
    """What an export is written as."""

    JSONL = "jsonl"
    CSV = "csv"


_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""With one of these in front a spreadsheet takes a cell for a formula (OWASP ASVS 1.2.10)."""
_NEW_AND_PRIVATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def export_lines(records: Sequence[AuditRecord], form: ExportFormat) -> Iterator[str]:
    """The whole export, line by line, each with its end; nothing in it can act on a terminal."""
    if form is ExportFormat.JSONL:
        return (harmless_json(record_document(record)) + "\n" for record in records)
    return _csv_lines(records)


def record_document(record: AuditRecord) -> dict[str, Any]:
    """A record as JSON; a detail that was damaged stays the text that it is."""
    try:
        detail = json.loads(record.detail)
    except ValueError:
        detail = record.detail
    return {
        "seq": record.seq,
        "at": record.at,
        "kind": record.kind,
        "actor": record.actor,
        "executionId": record.execution_id,
        "slot": record.slot,
        "detail": detail,
        "generation": record.generation,
        "entryId": record.entry_id,
        "mac": record.mac,
    }


def harmless_json(document: object, indent: int | None = None) -> str:
    """JSON in ASCII without a single control byte besides line breaks between the values."""
    return json.dumps(document, indent=indent, ensure_ascii=True).replace("\x7f", "\\u007f")


def write_export(path: str, lines: Iterable[str]) -> None:
    """Write a new file, 0600.

    Raises:
        UsageError: there is a file already, or none can be made there.
    """
    try:
        descriptor = os.open(path, _NEW_AND_PRIVATE, 0o600)
    except FileExistsError as error:
        raise UsageError(f"{path} exists and is not overwritten. Choose another name, or move it.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}). Choose another place.") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
    except OSError as error:
        Path(path).unlink(missing_ok=True)
        raise UsageError(
            f"{path} could not be written to its end ({error.strerror}) and was removed. Make room, or choose"
            " another place."
        ) from error


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
