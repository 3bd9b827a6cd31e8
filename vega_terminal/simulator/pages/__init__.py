"""The pages that a browser sees, as files."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def page(name: str) -> str:
    """The text of one page or of one of its parts, such as `sign_in.html`."""
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
