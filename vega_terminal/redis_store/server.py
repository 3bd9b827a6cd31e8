"""The Redis server as the room uses it: it never blocks, and what is wrong with it is said once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError
from vega_terminal.redis_store.troubles import (
    NO_ANSWER,
    Operation,
    Refusal,
    Trouble,
    back_in_words,
    in_words,
)

QUIET_S: Final = 30.0
"""A server that did not answer is not asked again before."""

Command = tuple[str | bytes | int, ...]
"""Name and arguments."""


class RedisAway(StorageError):
    """The server did not do it; the operator has been told, and the caller goes on without."""


class Connection(Protocol):
    """Asks the server; see `client.RedisClient`."""

    async def run(self, *commands: Command) -> list[object]:
        """The answer to each, or a `Refusal`."""
        ...


class RedisServer:
    """Asks, tells each trouble once, and tells when it is over.

    Attributes:
        address: for people.
    """

    def __init__(
        self, connection: Connection, address: str, clock: Clock, notify: Callable[[str], None]
    ) -> None:
        """Ask over `connection`; `notify` takes sentences worth telling the operator."""
        self.address = address
        self._connection = connection
        self._clock = clock
        self._notify = notify
        self._quiet_until = float("-inf")
        self._away: Trouble | None = None
        self._refused: dict[Operation, Trouble] = {}

    async def ask(self, operation: Operation, *commands: Command, insist: bool = False) -> list[object]:
        """Send the commands behind one another on one connection.

        Args:
            operation: what they are for.
            commands: the first one counts; what is asked behind it may be refused.
            insist: ask even where the server did not answer a moment ago.

        Returns:
            The answers; a `Refusal` for a later command that the server would not do.

        Raises:
            RedisAway: the server did not answer (or was not asked because it lately did not), or it
                refused the first command.
        """
        if self._clock.monotonic() < self._quiet_until and not insist:
            raise RedisAway(f"Redis at {self.address} did not answer a moment ago.")
        answers = await self._connection.run(*commands)
        if isinstance(answers[0], Refusal):
            raise self._trouble(operation, answers[0])
        self._well(operation)
        return answers

    def tell(self, sentence: str) -> None:
        """Tell the operator something about the server."""
        self._notify(sentence)

    def _trouble(self, operation: Operation, refusal: Refusal) -> RedisAway:
        sentence = in_words(self.address, refusal, operation)
        if refusal.trouble in NO_ANSWER:
            self._quiet_until = self._clock.monotonic() + QUIET_S
            known, self._away = self._away, refusal.trouble
        else:
            known = self._refused.get(operation)
            self._refused[operation] = refusal.trouble
        if known is not refusal.trouble:
            self._notify(sentence)
        return RedisAway(sentence)

    def _well(self, operation: Operation) -> None:
        self._quiet_until = float("-inf")
        was_away, self._away = self._away, None
        was_refused = self._refused.pop(operation, None)
        if was_away is not None or was_refused is not None:
            self._notify(back_in_words(self.address))
