"""A redacted bundle about a page that stopped a login: its kind, place and fields, never what was typed."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

from vega_terminal.browser.page import PageView
from vega_terminal.browser.refusals import printable
from vega_terminal.domain.failure import FailureKind
from vega_terminal.private_files import make_folder, write_new


def write_bundle(folder: Path, slot: str, kind: FailureKind, view: PageView, now: datetime) -> Path:
    """Write the bundle as JSON, readable by the owner alone, and return its path.

    Raises:
        OSError: the folder cannot be written.
    """
    make_folder(folder)
    path = folder / f"login-{now:%Y%m%dT%H%M%S%f}Z-{slot}.json"
    content = {
        "at": now.isoformat(),
        "slot": slot,
        "failure": kind.value,
        "page": view.kind.value,
        "url": view.bare_url,
        "httpStatus": view.status,
        "captcha": view.challenge,
        "alert": _without_digits(printable(view.alert)),
        "fields": {name: {"visible": f.visible, "enabled": f.enabled} for name, f in view.fields.items()},
    }
    write_new(path, json.dumps(content, indent=2) + "\n")
    return path


def _without_digits(text: str) -> str:
    """A page may echo a number; the bundle need not."""
    return re.sub(r"\d", "#", text)
