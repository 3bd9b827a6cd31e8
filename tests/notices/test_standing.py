"""Processes that come one after the other, as those of a timer, tell together what one alone would."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.rosters import BOB
from vega_terminal.domain.failure import FailureKind
from vega_terminal.notices.notice import NoticeKind
from vega_terminal.notices.standing import read_standing, write_standing

from .watched import Remembering, Watched, watching

PARTIAL, STOPPED = NoticeKind.RUN_PARTIAL, NoticeKind.SIGN_INS_STOPPED


class Timer:
    """Starts a process for each run."""

    def __init__(self, watched: Watched, channel: Remembering, record: Path) -> None:
        self.watched, self.channel, self.record = watched, channel, record

    async def run(self, *events: Callable[[Watched], None], code: int) -> list[NoticeKind]:
        """What the process of this run told."""
        before = len(self.channel.taken)
        fresh = Watched(self.watched.clock)
        fresh.stopped = self.watched.stopped
        async with watching(fresh, self.channel, record=self.record):
            fresh.begin()
            for happens in events:
                happens(fresh)
            fresh.finish(code)
        assert fresh.said == []
        return self.channel.kinds[before:]


@pytest.fixture
def timer(watched: Watched, channel: Remembering, tmp_path: Path) -> Timer:
    return Timer(watched, channel, tmp_path / "data" / "notices.json")


def unreachable(watched: Watched) -> None:
    watched.fail("PRIMARY", FailureKind.NETWORK)


def declined(watched: Watched) -> None:
    watched.fail("PRIMARY", FailureKind.DECLINED)


def spent(watched: Watched) -> None:
    watched.fail("PRIMARY", FailureKind.SIGN_INS_SPENT)


async def test_what_goes_on_is_told_once_and_news_at_once(timer: Timer) -> None:
    assert await timer.run(unreachable, code=1) == [PARTIAL]
    assert stat.S_IMODE(timer.record.stat().st_mode) == 0o600
    assert await timer.run(unreachable, code=1) == []
    assert await timer.run(declined, code=1) == [PARTIAL]
    assert await timer.run(unreachable, code=1) == [PARTIAL]
    assert await timer.run(unreachable, code=2) == [NoticeKind.RUN_CAPTCHA]


async def test_after_a_good_end_it_is_news_again(timer: Timer) -> None:
    assert await timer.run(unreachable, code=1) == [PARTIAL]
    assert await timer.run(lambda watched: watched.have(*watched.roster.names), code=0) == []
    assert not timer.record.exists()
    assert await timer.run(unreachable, code=1) == [PARTIAL]


async def test_every_morning_it_is_news_again(timer: Timer) -> None:
    assert await timer.run(unreachable, code=1) == [PARTIAL]
    await timer.watched.clock.sleep(86_400)
    assert await timer.run(unreachable, code=1) == [PARTIAL]


async def test_what_nobody_heard_of_is_told_again(timer: Timer) -> None:
    timer.channel.trouble = "The service could not be reached."
    fresh = Watched(timer.watched.clock)
    async with watching(fresh, timer.channel, record=timer.record):
        fresh.begin()
        unreachable(fresh)
        fresh.finish(1)
    timer.channel.trouble = None
    assert await timer.run(unreachable, code=1) == [PARTIAL]
    assert await timer.run(unreachable, code=1) == []


async def test_stopped_sign_ins_are_news_again_once_they_were_allowed_elsewhere(timer: Timer) -> None:
    timer.watched.stopped = (BOB,)
    assert STOPPED in await timer.run(spent, code=1)
    assert await timer.run(spent, code=1) == []
    timer.watched.stopped = ()
    await timer.run(unreachable, code=1)
    timer.watched.stopped = (BOB,)
    assert STOPPED in await timer.run(spent, code=1)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"until": 1}', '{"until": "x", "told": [["NO", "x"]]}', "\x00"]
)
async def test_a_record_that_cannot_be_read_keeps_nothing_back(timer: Timer, content: str) -> None:
    timer.record.parent.mkdir()
    timer.record.write_text(content)
    assert await timer.run(unreachable, code=1) == [PARTIAL]
    assert await timer.run(unreachable, code=1) == []


async def test_a_record_that_cannot_be_written_is_said(
    watched: Watched, channel: Remembering, tmp_path: Path
) -> None:
    async with watching(watched, channel, record=tmp_path):
        watched.begin()
        unreachable(watched)
        watched.finish(1)
    assert channel.kinds == [PARTIAL]
    (said,) = watched.said
    assert said.startswith(f"{tmp_path} cannot be written (")


def test_the_record_holds_what_it_was_given(watched: Watched, tmp_path: Path) -> None:
    record, now = tmp_path / "notices.json", watched.clock.now()
    keys = {(PARTIAL, "PRIMARY:NETWORK"), (STOPPED, "identity-1")}
    write_standing(record, keys, now)
    assert read_standing(record, now) == keys
