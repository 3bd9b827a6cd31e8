"""The machine's clock as far as it can be held against the machine itself."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from vega_terminal.clock import SystemClock


def test_now_is_the_present_instant_in_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC


def test_uptime_counts_from_the_start_of_the_machine() -> None:
    assert SystemClock().uptime() == pytest.approx(time.time() - psutil.boot_time(), abs=5.0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux names its starts")
def test_every_process_of_one_start_reads_the_same_name() -> None:
    named = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    assert SystemClock().boot_id() == SystemClock().boot_id() == named
    assert len(named) == 36
