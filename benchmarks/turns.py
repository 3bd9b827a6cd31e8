"""Contenders run in turn, so that what the machine does meanwhile hits all of them alike."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


async def in_turn(contenders: Sequence[Callable[[], Awaitable[T]]], rounds: int) -> tuple[tuple[T, ...], ...]:
    """Run A B C, A B C, ... and return each one's results; the first round warms up and is not counted."""
    results: list[list[T]] = [[] for _ in contenders]
    for number in range(rounds + 1):
        for run, kept in zip(contenders, results, strict=True):
            result = await run()
            if number:
                kept.append(result)
            sys.stderr.write(".")
            sys.stderr.flush()
    sys.stderr.write("\n")
    return tuple(tuple(kept) for kept in results)
