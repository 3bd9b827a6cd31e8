"""Whether there is any way to reach people, and where it is kept what they were told.

Asked at every start, so it loads next to nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vega_terminal.settings.values import NoticeSettings


def record_in(data_dir: Path) -> Path:
    """The file in which processes keep what they told, so that the next one tells news only."""
    return data_dir / "notices.json"


def has_desktop(environ: Mapping[str, str]) -> bool:
    """Whether somebody may look at a desktop of this session: a display with a session bus, or a Mac."""
    if sys.platform == "darwin":
        return True
    display = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    return bool(display and environ.get("DBUS_SESSION_BUS_ADDRESS"))


def wants_desktop(settings: NoticeSettings, environ: Mapping[str, str]) -> bool:
    """Whether notices go to the desktop: `on` always tries, `auto` only where there is one."""
    if settings.desktop.value == "auto":
        return has_desktop(environ)
    return settings.desktop.value == "on"


def any_way(settings: NoticeSettings, environ: Mapping[str, str]) -> bool:
    """Whether a notice would reach anybody."""
    return bool(settings.command or settings.webhook) or wants_desktop(settings, environ)
