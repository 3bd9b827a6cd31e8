"""A process that was stopped in the middle of its login comes back after a newer one: it changes nothing."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import psutil

from .support import child, opened, slot, token


async def test_a_late_writer_cannot_overwrite_the_token_of_a_newer_login(tmp_path: Path) -> None:
    primary = slot()
    with child("late_writer.py", tmp_path) as late:
        older = int(late.hears())
        late._process.send_signal(signal.SIGSTOP)
        late.goes_on()
        _until_stopped(psutil.Process(late._process.pid))

        async with opened(tmp_path) as store:
            newer = await store.tokens.next_epoch()
            assert newer > older
            assert await store.tokens.save(token(primary, newer, "the newer token"))

        late._process.send_signal(signal.SIGCONT)
        assert late.hears() == "False"
        async with opened(tmp_path) as store:
            stored = (await store.tokens.load([primary]))[primary.name].token
    assert (stored.value.reveal(), stored.epoch) == ("the newer token", newer)


async def test_a_writer_that_is_not_late_is_heard(tmp_path: Path) -> None:
    """The same process, with nobody before it: what keeps it out above is the newer login alone."""
    with child("late_writer.py", tmp_path) as writer:
        epoch = int(writer.hears())
        writer._process.send_signal(signal.SIGSTOP)
        writer.goes_on()
        writer._process.send_signal(signal.SIGCONT)
        assert writer.hears() == "True"
    async with opened(tmp_path) as store:
        assert (await store.tokens.load([slot()]))["PRIMARY"].token.epoch == epoch


def _until_stopped(process: psutil.Process) -> None:
    deadline = time.monotonic() + 10
    while process.status() != psutil.STATUS_STOPPED:
        assert time.monotonic() < deadline
