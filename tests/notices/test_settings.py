"""The settings of notices and metrics: what they become, and what bad ones are told."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from tests.unit.environments import good, load, problems_of
from vega_terminal.domain.secret import Secret
from vega_terminal.settings.values import DesktopNotices, NoticeSettings

HOOK = "https://ann:s3cret@hooks.example.com/services/1?key=s3cret"


def test_nothing_is_set_but_the_desktop() -> None:
    settings = load(good())
    assert settings.notices == NoticeSettings(DesktopNotices.AUTO, None, None, time(8, 45), None)
    assert settings.metrics_file is None


def test_every_way_can_be_set(tmp_path: Path) -> None:
    settings = load(
        good(
            VEGA_NOTIFY_DESKTOP="OFF",
            VEGA_NOTIFY_COMMAND="page-me --queue 'the desk'",
            VEGA_NOTIFY_WEBHOOK=HOOK,
            VEGA_NOTIFY_REMINDER_TIME="9:05",
            VEGA_DEAD_MAN_URL=HOOK,
            VEGA_METRICS_FILE=f"{tmp_path}/vega.prom",
        )
    )
    command = ("page-me", "--queue", "the desk")
    assert settings.notices == NoticeSettings(
        DesktopNotices.OFF, command, Secret(HOOK), time(9, 5), Secret(HOOK)
    )
    assert settings.metrics_file == tmp_path / "vega.prom"
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("key", "text", "wrong", "cure"),
    [
        ("VEGA_NOTIFY_DESKTOP", "maybe", "none of its values", "auto, on, off"),
        ("VEGA_NOTIFY_COMMAND", "page-me 'the desk", "is no command", "each quotation mark closed"),
        ("VEGA_NOTIFY_WEBHOOK", "hooks.example.com/s3cret", "not an absolute http", "in full"),
        ("VEGA_NOTIFY_WEBHOOK", "http://[s3cret", "not an absolute http", "in full"),
        ("VEGA_DEAD_MAN_URL", "ftp://hc.example/s3cret", "not an absolute http", "in full"),
        ("VEGA_NOTIFY_REMINDER_TIME", "24:00", "is not a time of the day", "HH:MM in IST"),
        ("VEGA_METRICS_FILE", "/var/lib/vega.txt", "does not end in .prom", "vega.prom"),
    ],
)
def test_a_wrong_value_is_named_with_its_cure_and_no_secret(
    key: str, text: str, wrong: str, cure: str
) -> None:
    (problem,) = problems_of(good(**{key: text}))
    assert problem.key == key
    assert wrong in problem.wrong
    assert cure in problem.cure
    assert "s3cret" not in str(problem)
