"""What is said when the journal cannot be used, or could be used only in part."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import StorageError, VaultError
from vega_terminal.domain.late_dataclass import late_dataclass
from vega_terminal.store.journal.frames import FORMAT

_NOT_YOURS: Final = "Give your user the right to it, or set VEGA_DATA_DIR to another folder."
_NO_ROOM: Final = "Make room on the disk, then try again."
_FAILING: Final = "The disk may be failing: look at the system's log, or set VEGA_DATA_DIR to another disk."
_NO_LOCKS: Final = "Put VEGA_DATA_DIR on a local disk."
_CURES: Final = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), _NO_ROOM),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOENT), _NOT_YOURS),
    **dict.fromkeys((errno.ENOSYS, errno.ENOLCK, errno.ENOTSUP), _NO_LOCKS),
    **dict.fromkeys((errno.ELOOP, errno.EISDIR, errno.EFBIG), "Move what is there away, then try again."),
}

NOTES_ON: Final = "notes on "
"""Begins the name of lost notes; what follows is the topic."""
_GENERATE: Final = "Generate anew what is MISSING"
_WAIT: Final = ", but wait 11 minutes first: a cooldown may have been noted there"


@late_dataclass
class Kept:
    """How much could be read."""

    tokens: int
    notes: int

    def __str__(self) -> str:
        counted = _counted(self.tokens, "token")
        if self.notes:
            return f"{counted} and {_counted(self.notes, 'note')} were"
        return f"{counted} {'was' if self.tokens == 1 else 'were'}"


def not_a_journal(path: Path) -> StorageError:
    """Something else has the journal's name."""
    return StorageError(
        f"{path} is not a journal of VEGA Terminal. It was left as it is."
        " Move it away, or set VEGA_DATA_DIR to another folder."
    )


def other_format(path: Path, found: int) -> StorageError:
    """A newer (or much older) version of the product wrote it."""
    return StorageError(
        f"{path} was written by another version of VEGA Terminal (journal format {found}, this one knows"
        f" {FORMAT}). It was left as it is: it may hold tokens that no database has yet. Start that version"
        " once more so that it saves them, or move the file away and generate the tokens anew."
    )


def other_key(path: Path, found: str, ours: str) -> VaultError:
    """Nothing in it can be opened here."""
    return VaultError(
        f"{path} is sealed with {found}, but the vault's key here is {ours}: it comes from another machine"
        " or another key. It was left as it is. Put its key back (or name it in VEGA_KEY_FILE), or move the"
        " file away and generate the tokens anew."
    )


def unusable(path: Path, what: str, error: OSError) -> StorageError:
    """The operating system refused something.

    Args:
        path: of the journal.
        what: should have been done, such as `hold the token of PRIMARY`.
        error: what the system said.
    """
    reason = error.strerror or type(error).__name__
    return StorageError(
        f"{path} could not {what} ({reason}). What it held before, it still holds. {_cure(error)}"
    )


def not_flushed(path: Path, error: OSError) -> str:
    """What is held can be read, but the disk does not promise to keep it."""
    return (
        f"What {path} holds can be read, but the disk would not confirm that they survive a power cut"
        f" ({error.strerror}). {_cure(error)}"
    )


def lock_taken(path: Path, seconds: float) -> StorageError:
    """Another process keeps the journal to itself for too long."""
    return StorageError(
        f"Another VEGA process has kept {path} locked for more than {seconds:g} s; it may be stopped."
        " Nothing was changed. Let it go on or end it, then try again."
    )


def no_room_for_notes(path: Path) -> StorageError:
    """Notes must not take the room that tokens may need."""
    return StorageError(
        f"{path} is full of notes that no database has taken. It takes no more; tokens it still does."
        " Make the database usable again: what is noted is then written down."
    )


def cut(path: Path, size: int, lost: Iterable[str], kept: Kept) -> str:
    """An unfinished write was found at the end."""
    names = tuple(lost)
    return (
        f"{path} ended in {size} bytes that cannot be read{_perhaps(names)}, as a crash or a power cut in the"
        f" middle of a write leaves them. They were cut off; {kept} readable before them."
        f" {_GENERATE}{_WAIT if any(name.startswith(NOTES_ON) for name in names) else ''}."
    )


def set_aside(path: Path, aside: Path, size: int, lost: Iterable[str], kept: Kept) -> str:
    """Damage was found that no crash explains."""
    return (
        f"{path} is damaged: {size} of its bytes cannot be read{_perhaps(lost)}. It is set aside whole as"
        f" {aside.name}; {kept} readable in it and carried over to a fresh journal. Check the disk."
        f" {_GENERATE}{_WAIT}."
    )


def _cure(error: OSError) -> str:
    return _CURES.get(error.errno or 0, _FAILING)


def _perhaps(lost: Iterable[str]) -> str:
    names = ", ".join(dict.fromkeys(lost))
    return f" (perhaps {names})" if names else ""


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
