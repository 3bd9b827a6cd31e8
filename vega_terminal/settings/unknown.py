"""Names every `UPSTOX_*` and `VEGA_*` key that is no setting, with the one that was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from vega_terminal.domain.errors import SettingsProblem
from vega_terminal.domain.slots import PRIMARY, is_slot_name
from vega_terminal.settings.key import Key, Scope
from vega_terminal.settings.keys import API_NAMES, KEYS
from vega_terminal.settings.source import Source

_EXPORTED: Final = "UPSTOX_ACCESS_TOKEN"
_ALIKE: Final = 0.6
_NOT_OF_A_KEY: Final = re.compile(r"[^A-Za-z0-9_].*", re.DOTALL)


def unknown_keys(source: Source, names: tuple[str, ...]) -> Iterator[SettingsProblem]:
    """A problem for each key that the table does not hold, given the names of the roster.

    Keys of PRIMARY are known even where it was left out of the names, which is a problem of its own.
    """
    known = tuple(_known_keys(dict.fromkeys((*names, PRIMARY))))
    for key in sorted(source.texts.keys() - set(known)):
        if key.startswith(_EXPORTED) and key not in source.from_file:
            continue  # `vega-auth exec` hands these to its child, which may be this program again
        wrong, cure = _explained(key, names, known)
        # What follows a character that no key has may be a mistyped secret: it is not shown.
        yield SettingsProblem(_NOT_OF_A_KEY.sub("...", key), wrong, cure)


def _known_keys(names: Iterable[str]) -> Iterator[str]:
    for key in KEYS:
        if key.scope is not Scope.SLOT:
            yield key.name
        if key.scope is not Scope.PROGRAM:
            yield from (key.of(name) for name in names)


def _explained(key: str, names: tuple[str, ...], known: Iterable[str]) -> tuple[str, str]:
    if key.startswith(_EXPORTED):
        return (
            "Tokens are not kept in a settings file.",
            "Take it out; `vega-auth token` gives a token when needed.",
        )
    base = next((base for base in KEYS if base.scope is not Scope.PROGRAM and _is_of(key, base)), None)
    if base is not None:
        return _explained_slot(base, key.removeprefix(base.name).removeprefix("_"), names)
    alike = _alike(key, known)
    cure = f"Did you mean {alike}?" if alike else "Take it out; .env.example explains every key."
    return "There is no such setting.", cure


def _alike(key: str, known: Iterable[str]) -> str | None:
    """The known key most like this one; prefixes, which all keys share, do not make two alike."""
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is wrong

    by_rest = {name.partition("_")[2]: name for name in known}
    rest = key.upper().partition("_")[2]
    longer = [name for name in by_rest if name.startswith(f"{rest}_")]
    alike = longer or get_close_matches(rest, by_rest, n=1, cutoff=_ALIKE)
    return by_rest[alike[0]] if alike else None


def _is_of(key: str, base: Key[Any]) -> bool:
    return key == base.name or key.startswith(f"{base.name}_")


def _explained_slot(base: Key[Any], name: str, names: tuple[str, ...]) -> tuple[str, str]:
    """What is wrong with a key whose beginning is right and whose slot is not."""
    example = base.of(PRIMARY)
    if not name:
        return "It does not say for which slot.", f"Write one key for each slot, such as {example}."
    if name.isdigit():
        return (
            "Slots have names, not numbers.",
            f"Write one key for each name in {API_NAMES.name}, such as {example}.",
        )
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is wrong

    name = _NOT_OF_A_KEY.sub("...", name)
    alike = get_close_matches(name.upper(), names, n=1, cutoff=_ALIKE)
    hint = f"Add {name} there, or take this key out." if is_slot_name(name) else "Take this key out."
    hint = f"Did you mean {base.of(alike[0])}?" if alike else hint
    return f"{name} is not in {API_NAMES.name}.", hint
