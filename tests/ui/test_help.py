"""Help: a topic for each screen, every key that works there in words, and the operator's own keys."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

import pytest
from textual.content import Content

from vega_terminal.ui.functions import ALL, Code, screens
from vega_terminal.ui.own_keys import OwnKeys
from vega_terminal.ui.views.help_page import HelpText, help_lines, manual_lines
from vega_terminal.ui.views.help_topics import OF_PART, OF_SCREEN, Topic

from . import scenes
from .scripted_engine import ScriptedEngine
from .waiting import running, screen_text, until

OWN = OwnKeys(MappingProxyType({Code.GEN: ("ctrl+g",), Code.LOG: ("f9",), Code.LAST: ("b",)}))


def _text(lines: Iterable[Content]) -> str:
    return "\n".join(line.plain for line in lines)


def test_every_screen_has_a_topic() -> None:
    assert {function.code for function in screens()} == set(OF_SCREEN)


@pytest.mark.parametrize("topic", [*OF_SCREEN.values(), *OF_PART.values()], ids=lambda topic: topic.title)
@pytest.mark.parametrize("width", [64, 84])
def test_a_topic_fits_and_names_keys_and_no_braces(topic: Topic, width: int) -> None:
    lines = help_lines(HelpText((topic,), (), OWN), width)
    assert all(line.cell_length <= width for line in lines)
    assert "{" not in _text(lines)


def test_the_manual_tells_the_operators_own_keys() -> None:
    usual, own = _text(manual_lines(OwnKeys(), 84)), _text(manual_lines(OWN, 84))
    assert "GEN    g " in usual
    assert "QUIT   ^q " in usual
    assert "GEN    ^g " in own
    assert "LOG    F9 " in own
    assert "; - is the last one" in usual
    assert "; b is the last one" in own
    assert all(function.summary.split(";")[0][:20] in own for function in ALL)


async def test_help_on_a_list_tells_of_list_and_screen_and_of_no_key_that_does_nothing_here() -> None:
    app = scenes.app_for(ScriptedEngine(scenes.ready))
    async with app.run_test(size=(120, 60)) as pilot:
        await running(pilot)
        await pilot.press("colon", *"log", "enter")
        await until(pilot, lambda: app.current_mode == "LOG", "the log")
        await pilot.press("f1")
        await until(pilot, lambda: "LOG: what the terminal said" in screen_text(app), "help for the log")
        shown = screen_text(app)
        assert "!word leaves out" in shown
        assert "To the next part of the screen" in shown
        for nothing in ("Copy selected text", "Scroll Left", "Page Right", "Focus Next"):
            assert nothing not in shown
