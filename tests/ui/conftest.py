"""Nothing here depends on the developer's terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation
from textual.widgets import Input

from .waiting import at_rest

Parsed = dict[tuple[object, ...], list[RuleSet]]


@pytest.fixture(autouse=True)
def _calm_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No blinking cursor, no colour settings from outside, a terminal of many colours."""
    monkeypatch.setattr(Input, "_toggle_cursor", lambda _self: None)
    for name in ("NO_COLOR", "COLORTERM", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture(autouse=True)
def _whoever_presses_or_pauses_waits_for_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual's own pilot waits for an idle process: it is idle, too, while others have the processor."""
    for module in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{module}.wait_for_idle", at_rest)


@pytest.fixture(autouse=True)
def _short_messages_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """No toast goes by itself before it is looked at."""
    monkeypatch.setattr(App, "NOTIFICATION_TIMEOUT", 600)


@pytest.fixture(scope="session", autouse=True)
def _styles_are_parsed_once() -> Iterator[None]:
    """Hundreds of Apps share what the same style sheet with the same colours was parsed to.

    Textual shares it in the same way within one App, so nothing of it is changed after parsing.
    """
    parse, parsed = Stylesheet._parse_rules, Parsed()

    def parse_once(
        self: Stylesheet,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        colours = frozenset(self._variables.items())
        key = (css, read_from, is_default_rules, tie_breaker, scope, colours)
        if key not in parsed:
            parsed[key] = parse(self, css, read_from, is_default_rules, tie_breaker, scope)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield
