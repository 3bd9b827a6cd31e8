"""What an attached terminal wants, besides `domain.execution.TokenExecutionRequest`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Begun:
    """A run was begun or joined."""

    execution_id: str


@dataclass(frozen=True, slots=True)
class Rearm:
    """Sign-ins of an identity, named by its key, are to be allowed again."""

    identity: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """Where a diagnostics bundle was written, on the server's machine."""

    path: str
