"""Who signs in for which slot: slots with the same mobile number are one login identity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2s
from typing import Final

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import LoginIdentity
from vega_terminal.settings.key import Key
from vega_terminal.settings.keys import MOBILE_NUMBER, PIN, TOTP_SECRET
from vega_terminal.settings.reader import Reader

OPERATOR: Final = "operator"
"""Key and label of the identity whose mobile number is not known."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A value and the key that it stands under."""

    under: str
    value: Secret


def read_identities(reader: Reader, names: tuple[str, ...]) -> Mapping[str, LoginIdentity]:
    """The identity of each slot, and a problem for each contradiction.

    A slot whose mobile number is wrong gets none: nothing can be said about whose PIN it would need.
    """
    mobiles = _mobiles(reader, names)
    pins = _given(reader, PIN, mobiles)
    seeds = _given(reader, TOTP_SECRET, mobiles)
    keys = identity_keys(mobile.reveal() for mobile in mobiles.values() if mobile is not None)
    identities: dict[str, LoginIdentity] = {}
    for person in dict.fromkeys(mobiles.values()):
        own = [name for name in mobiles if mobiles[name] == person]
        pin, seed = _agreed(reader, own, pins), _agreed(reader, own, seeds)
        identities |= dict.fromkeys(own, _identity(person, keys, pin, seed))
    _warn_of_strangers(reader, identities)
    return identities


def _mobiles(reader: Reader, names: tuple[str, ...]) -> Mapping[str, Secret | None]:
    """The mobile number of each slot: None where none is set, no entry where it is wrong."""
    mobiles: dict[str, Secret | None] = {}
    for name in names:
        own = MOBILE_NUMBER.of(name)
        found = reader.find(MOBILE_NUMBER, name) if reader.holds(own) else reader.find(MOBILE_NUMBER)
        if found is not None or not (reader.holds(own) or reader.holds(MOBILE_NUMBER.name)):
            mobiles[name] = found
    return mobiles


def _identity(
    mobile: Secret | None, keys: Mapping[str, str], pin: Secret | None, seed: Secret | None
) -> LoginIdentity:
    if mobile is None:
        return LoginIdentity(OPERATOR, OPERATOR, None, pin, seed)
    number = mobile.reveal()
    return LoginIdentity(keys[number], f"…{number[-4:]}", mobile, pin, seed)


def identity_keys(mobiles: Iterable[str]) -> Mapping[str, str]:
    """A name for each mobile number that does not change with the roster and tells little more than its tail.

    It is the last four digits, which the operator sees anyway, and one byte of a digest that leaves
    thousands of numbers possible. A longer digest could be searched through within seconds: there are
    too few mobile numbers. Two numbers that still look alike get more bytes.
    """
    distinct = tuple(dict.fromkeys(mobiles))
    size, keys = 1, {number: _identity_key(number, 1) for number in distinct}
    while len(set(keys.values())) < len(keys):
        size += 1
        keys = {number: _identity_key(number, size) for number in distinct}
    return keys


def _identity_key(mobile: str, size: int) -> str:
    digest = blake2s(mobile.encode(), digest_size=size, person=b"identity").hexdigest()
    return f"{mobile[-4:]}-{digest}"


def _given(reader: Reader, key: Key[Secret], mobiles: Mapping[str, Secret | None]) -> Mapping[str, _Given]:
    """A person's PIN or seed as given for each slot, by its own key or by the shared one."""
    own = {name: found for name in mobiles if (found := reader.find(key, name)) is not None}
    given = {name: _Given(key.of(name), value) for name, value in own.items()}
    shared = reader.find(key)
    if shared is None:
        return given
    heirs = [name for name in mobiles if not reader.holds(key.of(name))]
    return given | dict.fromkeys(_rightful(reader, key, heirs, mobiles), _Given(key.name, shared))


def _rightful(
    reader: Reader, key: Key[Secret], heirs: list[str], mobiles: Mapping[str, Secret | None]
) -> list[str]:
    """The slots that the shared PIN or seed is for; nobody's is ever tried at another person's sign-in."""
    if reader.holds(MOBILE_NUMBER.name):
        shared = reader.find(MOBILE_NUMBER)
        return [name for name in heirs if mobiles[name] == shared]
    if len({mobiles[name] for name in heirs}) > 1:
        reader.problem(
            key.name,
            f"It is not clear whose it is: {', '.join(heirs)} have different mobile numbers.",
            f"Set {key.name}_<NAME> for each slot, or {MOBILE_NUMBER.name} to the number that it is for.",
        )
    return heirs


def _agreed(reader: Reader, names: Iterable[str], given: Mapping[str, _Given]) -> Secret | None:
    """The one value that all slots of a person give; more than one is a problem."""
    found = [given[name] for name in names if name in given]
    for other in found[1:]:
        if other.value != found[0].value:
            reader.problem(
                other.under,
                f"It differs from {found[0].under}, although the same person signs in for both.",
                "Give both the same value, or set the key once for all slots.",
            )
    return found[0].value if found else None


def _warn_of_strangers(reader: Reader, identities: Mapping[str, LoginIdentity]) -> None:
    """Tell whom the shared PIN or seed does not serve, because it is another person's."""
    for key in (PIN, TOTP_SECRET):
        for name, identity in identities.items():
            has_own = (identity.pin if key is PIN else identity.totp_secret) is not None
            if reader.holds(key.name) and not has_own:
                reader.warnings.append(
                    f"{key.name} is not used for {name}, which signs in with another mobile number"
                    f" ({identity.label}). Set {key.of(name)}, or it is asked for at each sign-in."
                )
