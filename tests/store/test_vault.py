"""A sealed value opens in its own place only."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.domain.errors import VaultError
from vega_terminal.domain.secret import Secret
from vega_terminal.store.vault.key import KeySource, VaultKey
from vega_terminal.store.vault.sealing import Vault


def vault(key: bytes = bytes(range(32))) -> Vault:
    return Vault(VaultKey(Secret(base64.b64encode(key).decode()), KeySource.KEY_FILE, "nowhere"))


GOLDEN_KEY_ID = "e869bb24ea1f8fb6"
GOLDEN = "016465666768696a6b6c6d6e6f2f74b2021c8776ea51093a8638fe3928de7246c4655c0780ce23d5d0"
PLACES = [
    ("PRIMARY", "client-1"),
    ("PRIMARY", "client-2"),
    ("WEBSOCKET1", "client-1"),
    ("PRIMARYc", "lient-1"),
]
text = st.text(st.characters(codec="utf-8"))


def test_a_value_sealed_by_the_first_version_opens_for_ever() -> None:
    assert vault().key_id == GOLDEN_KEY_ID
    assert vault().open("PRIMARY", "client-1", bytes.fromhex(GOLDEN)) == Secret("golden token")


@given(text, text, text)
def test_whatever_is_sealed_opens_again(slot: str, client_id: str, value: str) -> None:
    sealed = vault().seal(slot, client_id, Secret(value))
    assert vault().open(slot, client_id, sealed) == Secret(value)


@pytest.mark.parametrize("sealed_for", PLACES)
@pytest.mark.parametrize("opened_for", PLACES)
def test_it_opens_for_its_own_slot_and_client_only(
    sealed_for: tuple[str, str], opened_for: tuple[str, str]
) -> None:
    sealed = vault().seal(*sealed_for, Secret("t"))
    if sealed_for == opened_for:
        assert vault().open(*opened_for, sealed) == Secret("t")
    else:
        with pytest.raises(VaultError, match="another slot or client"):
            vault().open(*opened_for, sealed)


def test_every_flipped_bit_and_every_cut_is_found() -> None:
    sealed = vault().seal("PRIMARY", "client-1", Secret("a token"))
    flips = [
        bytes([*sealed[:at], sealed[at] ^ (1 << bit), *sealed[at + 1 :]])
        for at in range(len(sealed))
        for bit in range(8)
    ]
    cuts = [sealed[:length] for length in range(len(sealed))]
    for damaged in [*flips, *cuts, sealed + b"\0"]:
        with pytest.raises(VaultError, match=r"PRIMARY.*damaged.*Generate it anew"):
            vault().open("PRIMARY", "client-1", damaged)


def test_another_key_opens_nothing_and_is_told_by_its_id() -> None:
    sealed = vault().seal("PRIMARY", "client-1", Secret("a token"))
    other = vault(bytes(32))
    with pytest.raises(VaultError, match=f"does not open with the key {other.key_id}"):
        other.open("PRIMARY", "client-1", sealed)


def test_two_seals_of_one_token_share_nothing_visible() -> None:
    one, two = (vault().seal("PRIMARY", "client-1", Secret("a token")) for _ in range(2))
    assert one[1:13] != two[1:13]
    assert one[13:] != two[13:]
