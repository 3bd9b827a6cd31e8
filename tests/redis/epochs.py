"""A database's count of logins, without the database."""

from __future__ import annotations


class OwnEpochs:
    """Implements `DatabaseEpochs`."""

    def __init__(self, last: int = 0) -> None:
        self.last = last

    async def next_epoch(self) -> int:
        self.last += 1
        return self.last

    async def raise_epoch(self, at_least: int) -> None:
        self.last = max(self.last, at_least)
