"""What must never happen and yet may: logged where it happened, told to the operator without secrets."""

from __future__ import annotations

import logging
import traceback
from typing import Final

from vega_terminal.domain.failure import Failure, FailureKind

_logger: Final = logging.getLogger(__name__)


def defect(error: BaseException) -> Failure:
    """Log an error that nobody raised on purpose and return the failure that stands for it.

    Its text goes nowhere: a library may have put a code, a token or typed text into it.
    """
    name = type(error).__name__
    _logger.error("Defect: %s\n%s", name, "".join(traceback.format_tb(error.__traceback__)))
    return Failure(
        FailureKind.DEFECT,
        f"A defect of VEGA Terminal got in the way ({name}). What was generated before is saved. The log"
        " tells where it happened; please report it, then try again.",
    )
