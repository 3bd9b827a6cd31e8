"""Whose account it is; the one answer that every verification reads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """Who the broker says the token belongs to (broker docs: get-profile)."""

    user_id: str
    user_name: str
    email: str
    exchanges: tuple[str, ...]
    products: tuple[str, ...]
    is_active: bool
