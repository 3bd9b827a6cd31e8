"""The files that warm-ups live on: whole or not at all, private, and harmless when damaged."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from vega_terminal.domain.calendar.days import CalendarEntry, CalendarOrigin, CalendarSource, DayKind
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.warmup import WarmUpRecord
from vega_terminal.schedule.calendar_files import KEPT, CalendarFiles, shipped_calendar
from vega_terminal.schedule.private_file import LARGEST
from vega_terminal.schedule.warmup_record import FILE_NAME, WarmUpRecordFile

AT = datetime(2026, 10, 6, 2, 30, tzinfo=UTC)
DIWALI = CalendarEntry(date(2027, 10, 29), DayKind.SPECIAL, "Diwali")
BROKER = CalendarSource(CalendarOrigin.BROKER, date(2027, 1, 1), date(2027, 12, 31), {DIWALI.day: DIWALI})


def rights(folder: Path) -> dict[str, int]:
    """Each file with its rights."""
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


async def test_a_record_is_read_by_the_next_process(tmp_path: Path) -> None:
    for record in (WarmUpRecord(AT, AT, 2, "A CAPTCHA."), WarmUpRecord(None, AT, 0, "Good.")):
        await WarmUpRecordFile(tmp_path).save(record)
        assert await WarmUpRecordFile(tmp_path).last() == record
    assert rights(tmp_path) == {FILE_NAME: 0o600}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"due": 7, "finishedAt": "2026-10-06T02:30:00+00:00", "exitCode": 0, "summary": ""}',
        b'{"due": null, "finishedAt": "2026-10-06T02:30:00", "exitCode": 0, "summary": ""}',
        b" " * (LARGEST + 1),
    ],
    ids=range(8),
)
async def test_a_damaged_record_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    assert await WarmUpRecordFile(tmp_path).last() is None


async def test_a_folder_that_is_gone_is_told_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"warmup\.json cannot be written \(No such file or directory\)"):
        await WarmUpRecordFile(tmp_path / "gone").save(WarmUpRecord(None, AT, 0, ""))


async def test_a_write_that_fails_at_its_end_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = WarmUpRecordFile(tmp_path)
    await records.save(WarmUpRecord(AT, AT, 0, "Good."))

    def full(_descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left on device"):
        await records.save(WarmUpRecord(AT, AT, 3, "Bad."))
    assert await records.last() == WarmUpRecord(AT, AT, 0, "Good.")
    assert list(rights(tmp_path)) == [FILE_NAME]


async def test_alone_the_shipped_calendar_counts(tmp_path: Path) -> None:
    found = await CalendarFiles(tmp_path, None).read()
    assert found.calendar.sources == (shipped_calendar(),)
    assert (found.problems, found.broker_kept_at) == ((), None)


async def test_own_file_then_broker_then_shipped(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text('{"format": 1, "days": [{"date": "2026-10-06", "kind": "OPEN"}]}')
    files = CalendarFiles(tmp_path, own)
    await files.keep(BROKER)
    found = await files.read()
    assert [source.origin for source in found.calendar.sources] == list(CalendarOrigin)
    assert found.calendar.sources[1] == BROKER
    assert found.calendar.known_through == date(2027, 12, 31)
    assert found.broker_kept_at is not None
    assert rights(tmp_path)[KEPT] == 0o600


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "No such file or directory."),
        (b"\xff\xfe", "It is not text in UTF-8."),
        (b"{}", '"format" has to be 1.'),
        (b" " * (LARGEST + 1), "It is larger than 1024 KiB."),
    ],
    ids=["missing", "bytes", "no format", "too large"],
)
async def test_an_own_file_that_is_no_calendar_is_told_and_left_out(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    own = tmp_path / "own.json"
    if content is not None:
        own.write_bytes(content)
    found = await CalendarFiles(tmp_path, own).read()
    assert found.calendar.sources == (shipped_calendar(),)
    assert found.problems == (
        f"The calendar {own} is not used. {why} Correct the file; the others are used meanwhile.",
    )


async def test_a_damaged_answer_of_the_broker_is_asked_for_anew(tmp_path: Path) -> None:
    (tmp_path / KEPT).write_text("{")
    found = await CalendarFiles(tmp_path, None).read()
    assert found.broker_kept_at is None
    assert "is not used. It is not JSON." in found.problems[0]
