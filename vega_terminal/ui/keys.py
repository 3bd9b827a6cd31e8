"""The App's keys, made from the table of functions."""

from __future__ import annotations

from textual.binding import Binding

from vega_terminal.ui.functions import ALL, Code, Function


def function_bindings() -> list[Binding]:
    """One binding for each function that has keys."""
    return [_binding(function) for function in ALL if function.keys]


def _binding(function: Function) -> Binding:
    """Only leaving has priority over what has the focus: it must work everywhere."""
    return Binding(
        ",".join(function.keys),
        f"call('{function.code}')",
        function.label,
        id=function.code.lower(),
        key_display=function.shown_key or None,
        tooltip=function.summary,
        show=function.footer,
        priority=function.code is Code.QUIT,
    )
