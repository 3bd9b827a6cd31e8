"""Builds the roster's slots out of the settings."""

from __future__ import annotations

from collections.abc import Mapping

from vega_terminal.domain.slots import ApiSlot, RouteKind, is_slot_name
from vega_terminal.settings.identities import read_identities
from vega_terminal.settings.keys import API_NAMES, CLIENT_ID, CLIENT_SECRET, LOGIN_ROUTE, REDIRECT_URI
from vega_terminal.settings.parsers import split_names
from vega_terminal.settings.reader import Reader


def configured_names(reader: Reader) -> tuple[str, ...]:
    """The names that can be worked with, so that one bad name hides no other problem.

    Capitals are assumed: keys for a name in small letters are not unknown on top of that.
    """
    text = reader.source.texts.get(API_NAMES.name)
    names = split_names(API_NAMES.default if text is None else text.reveal())
    return tuple(dict.fromkeys(name.upper() for name in names if is_slot_name(name.upper())))


def read_slots(reader: Reader, names: tuple[str, ...]) -> tuple[ApiSlot, ...]:
    """Every slot that is complete; each gap and contradiction is noted as a problem."""
    identities = read_identities(reader, names)
    client_ids = {name: found for name in names if (found := reader.need(CLIENT_ID, name)) is not None}
    slots = []
    for name in names:
        client_secret = reader.need(CLIENT_SECRET, name)
        redirect_uri = reader.find(REDIRECT_URI, name) or reader.find(REDIRECT_URI)
        if name in client_ids and name in identities and client_secret and redirect_uri:
            own = (client_ids[name], client_secret, redirect_uri, identities[name], route_of(reader, name))
            slots.append(ApiSlot(name, *own))
    _check_redirect_uri(reader, names)
    _check_distinct(reader, client_ids)
    return tuple(slots)


def route_of(reader: Reader, name: str) -> RouteKind:
    """How a slot's token is got."""
    return reader.find(LOGIN_ROUTE, name) or reader.get(LOGIN_ROUTE)


def _check_redirect_uri(reader: Reader, names: tuple[str, ...]) -> None:
    bare = [name for name in names if not reader.holds(REDIRECT_URI.of(name))]
    if bare and not reader.holds(REDIRECT_URI.name):
        reader.problem(
            REDIRECT_URI.name,
            f"It is not set, nor is there one for {', '.join(bare)} alone.",
            "Set it to the redirect URI that the apps were registered with.",
        )


def _check_distinct(reader: Reader, client_ids: Mapping[str, str]) -> None:
    first: dict[str, str] = {}
    for name, client_id in client_ids.items():
        other = first.setdefault(client_id, name)
        if other != name:
            reader.problem(
                CLIENT_ID.of(name),
                f"It is the same as {CLIENT_ID.of(other)}; two slots cannot share one app.",
                f"Give {name} the API key of an app of its own, or take it out of {API_NAMES.name}.",
            )
