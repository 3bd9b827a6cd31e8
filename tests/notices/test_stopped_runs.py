"""Who stopped a run decides whether that is news: the operator's Ctrl-C is none, a shutdown is."""

from __future__ import annotations

import pytest

from tests.engine.scripted_prompts import ScriptedPrompts
from vega_terminal.domain.failure import FailureKind
from vega_terminal.engine.outcome import CANCELLED
from vega_terminal.notices.lookout import Lookout
from vega_terminal.notices.notice import NoticeKind
from vega_terminal.notices.questions import WatchedPrompts

from .watched import Remembering, Watched, watching


def stopped(watched: Watched, prompts: WatchedPrompts, *, by_operator: bool) -> None:
    """A run that had failed for one slot already is stopped."""
    watched.begin()
    watched.fail("WEBSOCKET1", FailureKind.NETWORK)
    prompts.stopping(by_operator=by_operator)
    watched.fail("PRIMARY", FailureKind.CANCELLED)
    watched.finish(1)


def prompts_with(lookout: Lookout, watched: Watched) -> WatchedPrompts:
    prompts = WatchedPrompts(ScriptedPrompts(watched.clock))
    prompts.stop_listener = lookout.stopping
    return prompts


@pytest.mark.parametrize("attended", [True, False])
async def test_ctrl_c_is_no_news_to_whoever_pressed_it(
    watched: Watched, channel: Remembering, *, attended: bool
) -> None:
    async with watching(watched, channel, attended=attended) as lookout:
        stopped(watched, prompts_with(lookout, watched), by_operator=True)
        await watched.clock.sleep(60)
    assert channel.taken == []


@pytest.mark.parametrize("attended", [True, False])
async def test_a_shutdown_is_told(watched: Watched, channel: Remembering, *, attended: bool) -> None:
    async with watching(watched, channel, attended=attended) as lookout:
        prompts = prompts_with(lookout, watched)
        watched.begin()
        prompts.stopping(by_operator=False)
        for name in watched.roster.names:
            watched.fail(name, FailureKind.CANCELLED)
        watched.finish(1)
    assert channel.kinds == [NoticeKind.RUN_PARTIAL]


async def test_the_run_after_a_stopped_one_is_told_as_usual(watched: Watched, channel: Remembering) -> None:
    async with watching(watched, channel) as lookout:
        stopped(watched, prompts_with(lookout, watched), by_operator=True)
        watched.begin()
        watched.fail("PRIMARY", FailureKind.CANCELLED)
        watched.finish(1)
    assert channel.kinds == [NoticeKind.RUN_PARTIAL]


def test_the_words_accuse_nobody() -> None:
    assert "operator" not in CANCELLED.message


def test_nobody_has_to_listen(watched: Watched) -> None:
    WatchedPrompts(ScriptedPrompts(watched.clock)).stopping(by_operator=True)
