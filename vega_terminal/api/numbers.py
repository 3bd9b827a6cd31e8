"""Numbers in what somebody else wrote."""

from __future__ import annotations


def number_in(text: str, most: int) -> int | None:
    """The whole number from 0 to `most` that `text` is; None when it is none.

    Digits beyond that are not read: Python refuses thousands of them with an error, and the database and the
    calendar have limits of their own.
    """
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(most)):
        return None
    number = int(text)
    return number if number <= most else None
