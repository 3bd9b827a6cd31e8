"""A redacted bundle about a page that stopped a login: its kind, place and fields, never what was typed."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime
from pathlib import Path

from vega_terminal.browser.page import PageView
from vega_terminal.browser.refusals import printable
from vega_terminal.domain.failure import FailureKind


def write_bundle(folder: Path, slot: str, kind: FailureKind, view: PageView, now: datetime) -> Path:
    """Write the bundle as JSON, readable by the owner alone, and return its path.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
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
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    return path


def _without_digits(text: str) -> str:
    """A page may echo a number; the bundle need not."""
    return re.sub(r"\d", "#", text)
