"""The JSON documents of the API, for its OpenAPI description; nothing else stands in them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from vega_terminal.api.problems import ProblemCode
from vega_terminal.domain.execution_record import ExecutionStatus
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.lifecycle import LoginState
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.domain.status import Reason
from vega_terminal.domain.token import Verdict

Count = Annotated[int, Field(ge=0)]


class Document(BaseModel):
    """A document without any further key."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)


class ProblemDocument(Document):
    """Why there is no answer."""

    error: ProblemCode
    message: str


class FailureDocument(Document):
    """Why a slot has no valid token: kind, the broker's own code, a sentence."""

    kind: FailureKind
    code: str | None
    message: str


class DatabaseDocument(Document):
    """How the database does, how many tokens wait for it, and who holds it."""

    state: DatabaseState
    pending_persist: Count
    attempts: Count
    holder: str | None


class TokenDocument(Document):
    """What is known of one slot's token; never the token."""

    api_name: str
    verdict: Verdict
    generated_at: datetime | None
    expires_at: datetime | None
    checked_at: datetime | None
    persisted: bool
    failure: FailureDocument | None


class StatusDocument(Document):
    """The status (contract section 4)."""

    total_apis: Annotated[int, Field(ge=1)]
    generated: Count
    primary_present: bool
    cooldown_remaining_sec: Count
    state: LoginState
    all_valid: bool
    execution_id: str | None
    ready: bool
    reason: Reason
    database: DatabaseDocument
    tokens: list[TokenDocument]


class ReadyDocument(Document):
    """Whether the broker has confirmed PRIMARY, and why not."""

    ready: bool
    reason: Reason


class BegunDocument(Document):
    """The execution that was begun, or the one under way that was joined."""

    execution_id: str
    status: Annotated[ExecutionStatus, Field(description="IN_PROGRESS")]


class SlotResultDocument(Document):
    """How one slot stands, or ended; `generated` tells whether this execution made the token."""

    api_name: str
    verdict: Verdict
    generated: bool
    failure: FailureDocument | None


class ExecutionDocument(Document):
    """One execution; `exitCode` and `endedAt` are null while it goes on, and for one that was cut off."""

    execution_id: str
    status: ExecutionStatus
    requested_by: str
    started_at: datetime
    ended_at: datetime | None
    exit_code: Annotated[int, Field(ge=0, le=3)] | None
    summary: str
    continued_by: Annotated[str | None, Field(description="id of the run that went on after a cooldown")]
    slots: list[SlotResultDocument]
