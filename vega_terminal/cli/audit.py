"""`vega-auth audit`: list the audit trail, prove that it is whole, write it to a file."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from vega_terminal.cli.audit_export import ExportFormat, export_lines
from vega_terminal.cli.output import print_out, say
from vega_terminal.cli.plain_text import plain
from vega_terminal.cli.progress import telling
from vega_terminal.cli.settings import command_settings
from vega_terminal.cli.tone import Tone, toned
from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import UsageError
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.token import IST
from vega_terminal.engine.ports.audit import AuditBook, AuditRecord, AuditVerification
from vega_terminal.exports import harmless_json, record_document, write_export
from vega_terminal.settings.values import Settings
from vega_terminal.store.audit.book import SqliteAuditBook
from vega_terminal.store.audit.checkpoint import AuditCheckpoint
from vega_terminal.store.audit.trail import AUDIT_TOPIC
from vega_terminal.store.journal.token_journal import TokenJournal
from vega_terminal.store.tables.timestamps import from_text
from vega_terminal.wiring import stored

SHOWN = 50
"""How many records `show` lists when nobody says."""


async def audit(options: argparse.Namespace) -> int:
    """Run `show`, `verify` or `export`; exit code 1 when `verify` finds the trail broken.

    Raises:
        UsageError: options that do not belong to the action, or an export that would overwrite a file.
    """
    _require_fitting(options)
    async with command_settings(options) as settings, _book(settings) as book:
        if options.action == "verify":
            async with telling(lambda: "Checking every record of the audit trail"):
                found = await book.verify()
            return _tell(found, as_json=options.json)
        if options.action == "export":
            return await _export(book, options)
        return _show(await book.records(options.limit or SHOWN), as_json=options.json)


def _require_fitting(options: argparse.Namespace) -> None:
    given = {"--limit": options.limit, "--format": options.format, "--output": options.output}
    fitting = {"show": {"--limit"}, "export": {"--format", "--output"}, "verify": set()}[options.action]
    wrong = [name for name, value in given.items() if value is not None and name not in fitting]
    if options.json and options.action == "export":
        wrong.append("--json")
    if wrong:
        raise UsageError(
            f"vega-auth audit {options.action} takes no {', '.join(wrong)}. See vega-auth audit -h."
        )


@asynccontextmanager
async def _book(settings: Settings) -> AsyncIterator[AuditBook]:
    async with stored(settings, SystemClock(), say) as storage:
        store = storage.store
        await _tell_waiting(store.journal)
        yield SqliteAuditBook(store.database, store.key, AuditCheckpoint(settings.data_dir, store.key))


def _show(records: Sequence[AuditRecord], *, as_json: bool) -> int:
    if as_json:
        _print_document({"records": [record_document(record) for record in records]})
        return ExitCode.OK
    heading = _line("NO", "WHEN (IST)", "WHAT", "SLOT", "WHO", "DETAIL")
    print_out(f"{toned(heading, Tone.LABEL)}\n")
    for record in records:
        print_out(_row(record) + "\n")
    if not records:
        print_out("The audit trail is empty: nothing has happened yet.\n")
    return ExitCode.OK


def _row(record: AuditRecord) -> str:
    detail = record_document(record)["detail"]
    if isinstance(detail, dict):
        detail = " · ".join(f"{name}={value}" for name, value in detail.items())
    return _line(record.seq, _when(record.at), record.kind, record.slot or "-", record.actor, detail)


def _line(seq: object, *columns: object) -> str:
    """Columns of the table; one that is too wide moves the rest of its line."""
    when, what, slot, who, detail = map(str, columns)
    return plain(f"{seq!s:>6}  {when:<20}  {what:<16}  {slot:<14}  {who:<18}  {detail}").rstrip()


def _when(at: str) -> str:
    try:
        return f"{from_text(at).astimezone(IST):%d %b %Y %H:%M:%S}"
    except ValueError:
        return at


def _tell(found: AuditVerification, *, as_json: bool) -> int:
    bad = found.first_bad
    if as_json:
        first_bad = None if bad is None else {"seq": bad.seq, "why": bad.why}
        facts = {"records": found.records, "whole": found.whole, "firstBad": first_bad}
        _print_document({**facts, "notices": list(found.notices)})
    else:
        _tell_in_words(found)
    return ExitCode.OK if found.whole else ExitCode.PARTIAL


def _tell_in_words(found: AuditVerification) -> None:
    bad, count = found.first_bad, f"{found.records} record{'' if found.records == 1 else 's'}"
    if bad is None:
        but = " But know this:" if found.notices else ""
        whole = toned("The audit trail is whole", Tone.GOOD)
        print_out(f"{whole}: {count}, none changed or out of place.{but}\n")
    elif bad.seq is None:
        unproven = toned("The audit trail cannot be proven", Tone.BAD)
        print_out(f"{unproven}: {count}. {plain(bad.why)}\n")
    else:
        broken = toned(f"The audit trail is BROKEN at record {bad.seq}", Tone.BAD)
        print_out(f"{broken} ({count}). {plain(bad.why)}\n")
    for notice in found.notices:
        print_out(f"{plain(notice)}\n")


async def _tell_waiting(journal: TokenJournal) -> None:
    waiting = sum(note.topic == AUDIT_TOPIC for note in await journal.notes())
    if waiting:
        say(f"{waiting} more wait in the journal until the database takes them; the next run enters them.")


async def _export(book: AuditBook, options: argparse.Namespace) -> int:
    async with telling(lambda: "Reading the audit trail"):
        records = await book.records()
    lines = export_lines(records, ExportFormat(options.format or ExportFormat.JSONL))
    if options.output in (None, "-"):
        for line in lines:
            print_out(line)
    else:
        write_export(options.output, lines)
        say(f"{len(records)} records are in {options.output}.")
    return ExitCode.OK


def _print_document(document: dict[str, Any]) -> None:
    print_out(harmless_json(document, indent=2) + "\n")
