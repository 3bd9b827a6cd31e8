"""Everything secret that is known of an installation, for the redactor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from typing import Final

from vega_terminal.doctor.database_reading import SealedToken
from vega_terminal.doctor.evidence import Evidence
from vega_terminal.doctor.ground import Ground
from vega_terminal.domain.errors import VegaError
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.redis_store.address import RedisAddress
from vega_terminal.settings.key import Scope
from vega_terminal.settings.keys import KEYS, REDIRECT_URI, REDIS_URL
from vega_terminal.store.vault.key import VaultKey
from vega_terminal.store.vault.sealing import Vault

PLAIN_KEYS: Final = frozenset(key.name for key in KEYS if key.scope is Scope.PROGRAM) - {REDIS_URL.name}
"""Their texts may be shown; so may redirect URIs. Everything else, mistyped keys included, is secret."""


def is_plain(key: str) -> bool:
    """Whether the text of a key may be shown."""
    return key in PLAIN_KEYS or key.startswith(REDIRECT_URI.name)


async def known_secrets(ground: Ground, evidence: Evidence) -> tuple[Secret, ...]:
    """Of the settings, right or wrong, and of the store, as far as it can be read."""
    stored = [secret async for secret in _stored(evidence)]
    return (*_configured(ground), *stored)


def _configured(ground: Ground) -> Iterator[Secret]:
    for key, text in ground.source.texts.items():
        if not is_plain(key):
            yield text
    for slot in ground.roster or ():
        yield from _of_slot(slot)
    if ground.redis_url is not None:
        yield ground.redis_url
        password = RedisAddress.parse(ground.redis_url).password
        yield from () if password is None else (password,)


def _of_slot(slot: ApiSlot) -> Iterator[Secret]:
    person = slot.identity
    yield from (Secret(slot.client_id), slot.client_secret)
    yield from (each for each in (person.mobile, person.pin, person.totp_secret) if each is not None)


async def _stored(evidence: Evidence) -> AsyncIterator[Secret]:
    """The key of the vault, the tokens, and the broker's client codes."""
    key: VaultKey | None = None
    rows: tuple[SealedToken, ...] = ()
    with suppress(VegaError, TimeoutError):
        contents = await evidence.database()
        rows = () if contents is None else contents.tokens
    with suppress(VegaError, TimeoutError):
        key = await evidence.chosen_key()
    with suppress(VegaError, TimeoutError):
        key = await evidence.key() or key
    for secret in _of_rows(key, rows):
        yield secret
    with suppress(VegaError, OSError):
        journal = await evidence.journal()
        for held in () if journal is None else journal.held:
            yield held.token.value
            yield Secret(held.token.user_id)


def _of_rows(key: VaultKey | None, rows: Iterable[SealedToken]) -> Iterator[Secret]:
    yield from (Secret(row.user_id) for row in rows)
    if key is not None:
        yield key.text
        vault = Vault(key)
        for row in rows:
            with suppress(VegaError):
                yield vault.open(row.slot, row.client_id, row.sealed)
