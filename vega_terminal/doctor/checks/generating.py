"""The cure for tokens that are missing; where sign-ins fail, each further one brings the block nearer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from vega_terminal.domain.slots import Roster

FAILURES_TO_TELL: Final = 2
"""One may belong to a sign-in that is under way: each counts as failed until it ended well."""
_REFRESH: Final = "vega-auth refresh"
_SIGN_INS_FIRST: Final = (
    "See what is said about the sign-ins first: each that fails brings the account's block nearer."
)


def cure_by_generating(
    roster: Roster | None, failures: Mapping[str, int], slots: Collection[str], *, again: bool = False
) -> str:
    """How these slots get tokens.

    Args:
        roster: tells who signs in for a slot; None counts everybody.
        failures: failed sign-ins in a row, by the key of the identity.
        slots: their names.
        again: whether they have tokens that are of no use.
    """
    what = "generate them anew" if again else "generate them"
    keys = failures if roster is None else {slot.identity.key for slot in roster if slot.name in slots}
    if any(failures.get(key, 0) >= FAILURES_TO_TELL for key in keys):
        return f"{_SIGN_INS_FIRST}\nThen {what}: {_REFRESH}"
    return f"{what.capitalize()}: {_REFRESH}"
