"""Ctrl-C at one certain moment of a program's start: a `sitecustomize` for it, which sends the signal.

The moment is the first call of `INTERRUPTED_CALL` since the module `INTERRUPTED_MODULE` began to load.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

WHILE_IT_LOADS: Final = "<module>"
"""The call in which a module is executed."""
IN_A_CLASS: Final = "__set_name__"
"""The call in which Python 3.11 makes a RuntimeError of whatever happens, but for enumerations."""

_TEXT: Final = """\
import os, signal, sys

module, call = os.environ["INTERRUPTED_MODULE"], os.environ["INTERRUPTED_CALL"]
begun = False


def look(frame, event, argument):
    global begun
    if event != "call":
        return
    name = frame.f_code.co_name
    begun = begun or (name == "<module>" and frame.f_globals["__name__"] == module)
    if begun and name == call:
        sys.setprofile(None)
        open(os.environ["INTERRUPTED_NOTE"], "w").close()
        signal.raise_signal(signal.SIGINT)


sys.setprofile(look)
"""


class Interruption:
    """Interrupts a program that is started with `environment`."""

    def __init__(self, folder: Path, module: str, call: str = WHILE_IT_LOADS) -> None:
        (folder / "sitecustomize.py").write_text(_TEXT)
        self._note = folder / "interrupted"
        self.environment = {
            "PYTHONPATH": str(folder),
            "INTERRUPTED_MODULE": module,
            "INTERRUPTED_CALL": call,
            "INTERRUPTED_NOTE": str(self._note),
        }

    @property
    def happened(self) -> bool:
        """Whether the program got as far as that."""
        return self._note.exists()
