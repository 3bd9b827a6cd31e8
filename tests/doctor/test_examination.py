"""All checks at once: none can end, hold up or hide another."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from tests.doctor.ground import ground_in, ground_of
from vega_terminal.doctor.evidence import Evidence
from vega_terminal.doctor.examination import NAMES, Check, examination, examine
from vega_terminal.doctor.findings import Finding, Outcome, Verdict, fine, worst
from vega_terminal.doctor.once import Once, aside


async def well(_evidence: Evidence) -> Outcome:
    return fine("Well.")


async def broken(_evidence: Evidence) -> Outcome:
    raise RuntimeError("a defect")


async def never(_evidence: Evidence) -> Outcome:
    await asyncio.Event().wait()
    return fine("It came.")


async def test_a_check_that_breaks_or_hangs_is_unknown_and_the_others_stand(tmp_path: Path) -> None:
    checks = (Check("Broken", broken), Check("Never", never, limit=0.05), Check("Well", well))
    found = await examine(ground_in(tmp_path), checks)
    assert [each.name for each in found] == ["Broken", "Never", "Well"]
    assert [each.verdict for each in found] == [Verdict.UNKNOWN, Verdict.UNKNOWN, Verdict.OK]
    assert "RuntimeError: a defect" in found[0].found
    assert found[1].seconds >= 0.05


async def test_a_blocking_call_that_never_returns_keeps_nobody_waiting(tmp_path: Path) -> None:
    release = threading.Event()

    async def blocked(evidence: Evidence) -> Outcome:
        await aside(release.wait, evidence.ground.clock)
        return fine("It came.")

    try:
        (found,) = await examine(ground_in(tmp_path), (Check("Blocked", blocked, limit=0.05),))
    finally:
        release.set()
    assert found.verdict is Verdict.UNKNOWN


async def test_findings_come_as_soon_as_they_are_there(tmp_path: Path) -> None:
    gate = asyncio.Event()

    async def late(_evidence: Evidence) -> Outcome:
        await gate.wait()
        return fine("Late.")

    checks = (Check("Late", late), Check("Early", well))
    async with examination(ground_in(tmp_path), checks) as findings:
        assert (await anext(findings)).name == "Early"
        gate.set()
        assert (await anext(findings)).name == "Late"


async def test_whoever_gives_up_does_not_stop_the_search_for_the_others() -> None:
    gate = asyncio.Event()

    async def search() -> str:
        await gate.wait()
        return "found"

    once = Once(search)
    patient = asyncio.ensure_future(once.get())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(once.get(), 0.01)
    gate.set()
    assert await patient == "found"


@pytest.mark.timeout(10)
async def test_leaving_early_ends_what_is_under_way(tmp_path: Path) -> None:
    ended = asyncio.Event()

    async def watched(_evidence: Evidence) -> Outcome:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return fine("It came.")

    checks = (Check("Watched", watched, limit=600), Check("Well", well))
    async with examination(ground_in(tmp_path), checks) as findings:
        await anext(findings)
    assert ended.is_set()


async def test_everything_is_looked_at_on_an_empty_machine_and_nothing_is_made(tmp_path: Path) -> None:
    ground = ground_in(tmp_path, UPSTOX_API_BASE_URL="http://127.0.0.1:9")
    found = await examine(ground)
    assert tuple(each.name for each in found) == NAMES
    assert not [each for each in found if "check itself failed" in each.found]
    assert not [each for each in found if each.verdict is not Verdict.OK and not each.cure]
    assert not (tmp_path / "data").exists()


async def test_everything_is_looked_at_with_no_settings_at_all(tmp_path: Path) -> None:
    environ = {"VEGA_DATA_DIR": str(tmp_path / "data"), "UPSTOX_API_BASE_URL": "http://127.0.0.1:9"}
    found = await examine(ground_of(environ))
    assert not [each for each in found if "check itself failed" in each.found]
    assert worst(found) is Verdict.FAIL


def test_the_worst_verdict_is_that_of_all() -> None:
    def found(*verdicts: Verdict) -> list[Finding]:
        return [Finding("x", verdict, "", "", 0.0) for verdict in verdicts]

    assert worst(found(Verdict.OK, Verdict.UNKNOWN)) is Verdict.UNKNOWN
    assert worst(found(Verdict.UNKNOWN, Verdict.WARN, Verdict.OK)) is Verdict.WARN
    assert worst(found(Verdict.WARN, Verdict.FAIL)) is Verdict.FAIL
    assert worst(found()) is Verdict.OK
