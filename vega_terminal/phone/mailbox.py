"""Sorts what arrives to whoever waits for it."""

from __future__ import annotations

from vega_terminal.phone.waiting import Waiting
from vega_terminal.phone.webhook import NotAWebhook, read_webhook


class Mailbox:
    """The waits that are open, by the app's API key."""

    def __init__(self) -> None:
        self._waits: dict[str, Waiting] = {}
        self._ended: set[str] = set()

    def expect(self, waiting: Waiting) -> None:
        """From now on messages that name its app go to `waiting`."""
        self._waits[waiting.client_id] = waiting
        self._ended.discard(waiting.client_id)

    def forget(self, waiting: Waiting) -> bool:
        """Its wait is over; returns whether none is left."""
        if self._waits.get(waiting.client_id) is waiting:
            del self._waits[waiting.client_id]
            self._ended.add(waiting.client_id)
        return not self._waits

    async def receive(self, body: bytes) -> bool:
        """Take the body of one call; returns when its sender can be answered.

        Returns:
            False when it should be sent again. Nothing else can be told from the answer.
        """
        try:
            webhook = read_webhook(body)
        except NotAWebhook as error:
            self._remark(
                f"Something came to the notifier's address that is no message of the broker. {error}"
            )
            return True
        waiting = self._waits.get(webhook.client_id)
        if waiting is not None:
            return await waiting.deliver(webhook)
        if webhook.client_id in self._ended:
            self._remark("A message came for a slot that waits no longer; it is not used.")
        else:
            self._remark("A message came for an app that nobody asked for; it is not used.")
        return True

    def _remark(self, text: str) -> None:
        """One of those who wait tells it: it concerns none of them more than the others."""
        for waiting in self._waits.values():
            waiting.remark(text)
            return
