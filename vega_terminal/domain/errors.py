"""The error tree.

VegaError
├── UsageError               the command line is wrong; nothing was started
├── OutputFailed             a result cannot be written (cli/output.py)
├── ProgramUnusable          a program cannot be started (cli/programs.py)
├── SettingsError            the settings are wrong; nothing was started
├── DemoError                the simulated broker did not start (demo.py)
├── IllegalTransition        a move the lifecycle does not know (a defect)
├── SlotError                one slot cannot get or prove its token; carries a Failure
│   ├── BrokerError          what the broker's API answered
│   └── SignInError          what happened on the login page
├── BrowserError             no browser can be driven; carries a Failure
├── LoginBusy                another process holds the machine's login
├── TokenUnavailable         no token can be handed out (handoff/refusal.py)
├── UnknownInstrument        no instrument is known by that name (domain/instruments.py)
├── GateShut                 the dashboard was asked for while it may not open
├── CalendarError            a calendar cannot be read (domain/calendar/document.py)
├── PlaceError               nothing can be served there (loopback/place.py)
├── TokenFileError           the file with a bearer token cannot be used (loopback/token_file.py)
├── AlreadyServed            another server serves this data folder (api/token.py)
├── NoTerminal               a page cannot have a terminal now (ui/web/terminals.py)
├── NotUnderstood            the other side of the wire speaks another language (wire/coding.py)
├── NotAttachable            this server cannot be attached to (remote/errors.py)
├── ServerLost               the server cannot be reached now (remote/errors.py)
└── StorageError             the database or the key cannot be used
    ├── DatabaseLocked       somebody else holds the database
    └── VaultError           a sealed value cannot be opened or sealed
"""

from __future__ import annotations

from collections.abc import Sequence

from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.late_dataclass import late_dataclass


class VegaError(Exception):
    """Root of everything the product raises on purpose."""


class UsageError(VegaError):
    """The command line asks for something that is not there."""


@late_dataclass
class SettingsProblem:
    """One wrong setting: its key, what is wrong with it, and how to mend it."""

    key: str
    wrong: str
    cure: str

    def __str__(self) -> str:
        return f"{self.key}: {self.wrong} {self.cure}"


class SettingsError(VegaError):
    """Every wrong setting at once (contract section 2)."""

    def __init__(self, problems: Sequence[SettingsProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class IllegalTransition(VegaError):
    """The lifecycle was asked for a move that its table does not hold."""


class FailureError(VegaError):
    """An error that a slot's row and the JSON can show as it is."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure

    @property
    def kind(self) -> FailureKind:
        """What kind of failure it was."""
        return self.failure.kind


class SlotError(FailureError):
    """One slot cannot get or prove its token."""


class BrokerError(SlotError):
    """The broker's API answered something other than success."""


class SignInError(SlotError):
    """The login page did not lead to an authorization code."""


class BrowserError(FailureError):
    """No browser can be driven: not found, not startable, crashed, or closed."""


class LoginBusy(VegaError):
    """Another process of this machine drives the browser."""


class GateShut(VegaError):
    """The dashboard was asked for while it may not open; the sentence says why."""


class StorageError(VegaError):
    """The database, a file or the key cannot be used; the sentence says what to do."""


class DatabaseLocked(StorageError):
    """Another connection holds the database for longer than the attempts allow.

    Attributes:
        holder: which program, as `name (process 4711)`; None where the system does not tell.
    """

    def __init__(self, message: str, holder: str | None = None) -> None:
        super().__init__(message)
        self.holder = holder


class VaultError(StorageError):
    """A sealed value does not open with this key, slot and client, or no key can be had."""
