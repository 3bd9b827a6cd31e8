"""Changes the look while the terminal runs, and writes it down where the operator's file lies."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Protocol

from vega_terminal.ui.looks import CHOICES, Look
from vega_terminal.ui.preference_file import save_look
from vega_terminal.ui.safe_text import safe_text


class LookHost(Protocol):
    """The part of the App that shows a look."""

    @property
    def look(self) -> Look:
        """The present one."""
        ...

    def wear(self, look: Look) -> None:
        """Show everything in this look from now on."""
        ...

    def in_background(self, group: str, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside the screen, ending what ran in the same group."""
        ...

    def tell(self, text: str, *, title: str, worrying: bool) -> None:
        """Show a short message."""
        ...


class LookKeeper:
    """Takes the operator's choices.

    Args:
        host: shows them.
        file: where they are written; None: nowhere.
    """

    def __init__(self, host: LookHost, file: Path | None) -> None:
        self._host = host
        self._file = file
        self._writing = asyncio.Lock()

    def choose(self, word: str) -> str | None:
        """Change to what `word` names; returns why nothing was changed."""
        chosen = self._host.look.with_choice(word)
        if chosen is None:
            words = ", ".join(one.word for one in CHOICES)
            return f"There is no look {safe_text(word, 24)}: type one of {words}."
        self._host.wear(chosen)
        self._host.in_background("look", self._keep())
        return None

    async def _keep(self) -> None:
        """Write the look of this moment; whoever is cut off leaves a later one behind to do it."""
        if self._file is None:
            return
        try:
            async with self._writing:
                await asyncio.to_thread(save_look, self._file, self._host.look)
        except (OSError, ValueError) as error:
            why = f"{self._file} could not be written, so it holds until you leave: {error}"
            self._host.tell(why, title="The look was changed", worrying=True)
        else:
            self._host.tell(f"Written to {self._file}.", title="The look was changed", worrying=False)
