"""The file for node_exporter: whole at every moment, true while it lies there, readable by the collector."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engine.fake_clock import FakeClock
from tests.engine.rosters import SIX
from tests.notices.watched import Watched
from vega_terminal.metrics.after_run import metrics_after_run

from .samples import families, value


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    clock = FakeClock()
    with clock.driving(asyncio.get_running_loop()):
        yield Watched(clock)


async def one_run(watched: Watched, path: Path | None, code: int) -> None:
    """A process that lives for one run."""
    async with metrics_after_run(path, watched.board, watched.clock):
        watched.begin()
        watched.have(*(SIX if code == 0 else ("PRIMARY",)))
        await watched.clock.sleep(4)
        with watched.clock.outside():
            watched.finish(code)


async def test_each_run_replaces_the_file_and_a_failed_one_keeps_the_last_success(
    watched: Watched, tmp_path: Path
) -> None:
    path = tmp_path / "vega.prom"
    before = os.umask(0o077)
    try:
        await one_run(watched, path, 0)
    finally:
        os.umask(before)
    succeeded = watched.clock.now().timestamp()
    first = path.read_bytes()
    assert value(first, "vega_last_run_exit_code") == 0
    assert value(first, "vega_last_run_duration_seconds") == pytest.approx(4)
    assert value(first, "vega_token_valid", {"slot": "PRIMARY"}) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    await watched.clock.sleep(60)
    await one_run(watched, path, 1)
    second = path.read_bytes()
    assert value(second, "vega_last_run_exit_code") == 1
    assert value(second, "vega_last_run_timestamp_seconds") == pytest.approx(succeeded + 64)
    assert value(second, "vega_last_success_timestamp_seconds") == pytest.approx(succeeded)
    assert await asyncio.to_thread(lambda: list(tmp_path.iterdir())) == [path]


async def test_it_holds_nothing_that_is_true_only_while_the_process_lives(
    watched: Watched, tmp_path: Path
) -> None:
    path = tmp_path / "vega.prom"
    await one_run(watched, path, 0)
    assert {family.type for family in families(path.read_bytes()).values()} == {"gauge"}
    assert not [name for name in families(path.read_bytes()) if "remaining" in name or "progress" in name]
    slots = {sample.labels["slot"] for sample in families(path.read_bytes())["vega_token_valid"].samples}
    assert slots == set(SIX)


async def test_a_folder_that_cannot_be_written_is_told_once_and_stops_nothing(
    watched: Watched, tmp_path: Path
) -> None:
    path = tmp_path / "missing" / "vega.prom"
    with watched.clock.outside():
        async with metrics_after_run(path, watched.board, watched.clock):
            for _ in range(2):
                watched.begin()
                watched.finish(0)
    (sentence,) = watched.said
    assert sentence.startswith(f"The metrics could not be written to {path} (No such file or directory).")


async def test_a_link_that_somebody_laid_in_the_folder_is_not_followed(
    watched: Watched, tmp_path: Path
) -> None:
    path, theirs = tmp_path / "vega.prom", tmp_path / "theirs"
    theirs.write_text("precious")
    (tmp_path / f".vega.prom.{os.getpid()}").symlink_to(theirs)
    await one_run(watched, path, 0)
    assert theirs.read_text() == "precious"
    assert "The metrics could not be written" in str(watched.said)


async def test_without_a_path_nothing_is_watched(watched: Watched) -> None:
    await one_run(watched, None, 0)
    assert watched.said == []
