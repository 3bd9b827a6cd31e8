"""Packages that bring a module only when one of its names is used, so that a start loads what it shows."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping


def late_names(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """A module's `__getattr__` (PEP 562).

    Args:
        package: its `__name__`.
        homes: each public name with the submodule that it lives in.
    """

    def find(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{homes[name]}"), name)

    return find
