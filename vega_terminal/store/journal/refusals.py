"""What is said when the journal cannot be used, or could be used only in part."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import StorageError, VaultError
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
        f"The tokens in {path} can be read, but the disk would not confirm that they survive a power cut"
        f" ({error.strerror}). {_cure(error)}"
    )


def lock_taken(path: Path, seconds: float) -> StorageError:
    """Another process keeps the journal to itself for too long."""
    return StorageError(
        f"Another VEGA process has kept {path} locked for more than {seconds:g} s; it may be stopped."
        " Nothing was changed. Let it go on or end it, then try again."
    )


def cut(path: Path, size: int, slots: Iterable[str], kept: int) -> str:
    """An unfinished write was found at the end."""
    return (
        f"{path} ended in {size} bytes that cannot be read{_perhaps(slots)}, as a crash or a power cut in the"
        f" middle of a write leaves them. They were cut off; {_tokens(kept)} before them."
        " Generate anew what is MISSING."
    )


def set_aside(path: Path, aside: Path, size: int, slots: Iterable[str], kept: int) -> str:
    """Damage was found that no crash explains."""
    return (
        f"{path} is damaged: {size} of its bytes cannot be read{_perhaps(slots)}. It is set aside whole as"
        f" {aside.name}; {_tokens(kept)} in it and carried over to a fresh journal. Check the disk, and"
        " generate anew what is MISSING."
    )


def _cure(error: OSError) -> str:
    return _CURES.get(error.errno or 0, _FAILING)


def _perhaps(slots: Iterable[str]) -> str:
    names = ", ".join(dict.fromkeys(slots))
    return f" (perhaps of {names})" if names else ""


def _tokens(count: int) -> str:
    return "1 token was readable" if count == 1 else f"{count} tokens were readable"
