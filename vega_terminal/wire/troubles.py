"""Failures that cross as themselves: what the engine raised there is raised here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vega_terminal.domain.errors import BrokerError, GateShut, StorageError, VegaError
from vega_terminal.domain.failure import Failure


class TroubleKind(StrEnum):
    """Which error it was."""

    GATE_SHUT = "GATE_SHUT"
    BROKER = "BROKER"
    STORAGE = "STORAGE"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error on its way.

    Attributes:
        error: which.
        message: its sentence.
        failure: what a `BrokerError` carries.
    """

    error: TroubleKind
    message: str
    failure: Failure | None = None


def trouble_of(error: VegaError | OSError) -> Trouble:
    """`error` ready to be sent."""
    if isinstance(error, BrokerError):
        return Trouble(TroubleKind.BROKER, str(error), error.failure)
    if isinstance(error, GateShut):
        return Trouble(TroubleKind.GATE_SHUT, str(error))
    if isinstance(error, (StorageError, OSError)):
        return Trouble(TroubleKind.STORAGE, str(error))
    return Trouble(TroubleKind.REFUSED, str(error))


def error_of(trouble: Trouble) -> VegaError:
    """The error, to be raised again."""
    if trouble.failure is not None:
        return BrokerError(trouble.failure)
    kinds = {TroubleKind.GATE_SHUT: GateShut, TroubleKind.STORAGE: StorageError}
    return kinds.get(trouble.error, VegaError)(trouble.message)
