"""Nothing here depends on the developer's terminal."""

from __future__ import annotations

import pytest
from textual.widgets import Input


@pytest.fixture(autouse=True)
def _calm_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No blinking cursor, no colour settings from outside, a terminal of many colours."""
    monkeypatch.setattr(Input, "_toggle_cursor", lambda _self: None)
    for name in ("NO_COLOR", "COLORTERM", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
