"""Which process wrote a record: a mark that a later process can look up."""

from __future__ import annotations

from vega_terminal.process_identity import ProcessIdentity


class ProcessMarks:
    """Implements `engine.execution_book.Processes`; a mark is `<pid>:<birth>` of a process of this machine.

    Raises:
        OSError: the system does not tell which process this is.
    """

    def __init__(self) -> None:
        own = ProcessIdentity.own()
        self._own = f"{own.pid}:{own.birth}"

    @property
    def own(self) -> str:
        """This process."""
        return self._own

    def is_alive(self, process: str) -> bool:
        """Whether that process still lives; True also when nobody can tell. Reads `/proc`."""
        pid, _, birth = process.partition(":")
        try:
            return ProcessIdentity(int(pid), int(birth)).is_alive()
        except ValueError:
            return False
