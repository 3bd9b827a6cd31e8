"""Which file a path stands for: another process may put the database aside while it is open here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vega_terminal.store.sqlite.errors import DatabaseBroken


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """One file, whatever its name. Found out by `stat`, which opens nothing."""

    device: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> FileIdentity | None:
        """The file that `path` stands for now; None when there is none or it cannot be seen."""
        try:
            found = path.stat()
        except OSError:
            return None
        return cls(found.st_dev, found.st_ino)


def require_same(path: Path, opened: FileIdentity | None) -> None:
    """Refuse what was done to a file that is not at `path` any more.

    Raises:
        DatabaseBroken: another file, or none, is there now; nobody else will see what was written.
    """
    if opened is None or FileIdentity.of(path) != opened:
        raise DatabaseBroken(
            f"The database {path} was moved away or replaced while it was open, so nothing that is saved to"
            " the old file counts. It has to be opened anew."
        )
