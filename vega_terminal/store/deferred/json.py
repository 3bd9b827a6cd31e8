"""Notes as text: canonical JSON, instants as in the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")


def canonical(fields: Mapping[str, object]) -> str:
    """The one text of these fields."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":"))


def decoded(text: str, build: Callable[[Mapping[str, Any]], T]) -> T:
    """What `build` makes of the fields in `text`.

    Raises:
        ValueError: it is no note of this kind.
    """
    try:
        return build(json.loads(text))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
