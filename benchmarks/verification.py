"""Verification: our services against a plain `httpx` gather, for 6, 60 and 600 tokens."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import httpx

from benchmarks.material import opened_store, slots, token
from benchmarks.memory_store import EmptyBuffer, MemoryTokenStore
from benchmarks.profile_server import USER_ID, profile_server
from benchmarks.result import Report, Samples, Table, median_ratio, span
from benchmarks.turns import in_turn
from vega_terminal.broker.client import UpstoxBroker
from vega_terminal.broker.httpx_transport import HttpxTransport
from vega_terminal.clock import SystemClock
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.ports import ReplayBuffer, TokenStore
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.engine.shelf import TokenShelf
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.engine.verification import ProfileVerificationService, Verification
from vega_terminal.store.opening import Store

ROUNDS: Final = 5
SIZES: Final = (6, 60, 600)
PAUSES_MS: Final = (0, 80)
TIMEOUT_SECONDS: Final = 60.0
"""Long, so that queueing behind 32 connections never turns a verdict into UNKNOWN."""
LIMITS: Final = httpx.Limits(max_connections=32, max_keepalive_connections=32, keepalive_expiry=4.0)
"""Those of the product (`vega_terminal.broker.httpx_client`)."""

_FACTS: Final = (
    (
        "Ours does what the gather leaves out: it opens the sealed tokens, applies the 03:30 rule, judges"
        " each answer, publishes an event a slot, and (SQLite) notes each verdict durably."
    ),
    (
        "A roster ends at 24 slots; 60 and 600 only show how the time grows. The broker itself allows 50"
        " calls a second and user."
    ),
)


@dataclass(frozen=True, slots=True)
class Case:
    """So many tokens, a server that thinks for so long."""

    tokens: int
    pause_ms: int
    plain: Samples
    ours: Samples
    in_memory: Samples

    def row(self) -> tuple[str, ...]:
        return (
            f"{self.tokens} tokens, answers after {self.pause_ms} ms",
            span(self.plain.median),
            span(self.in_memory.median),
            span(self.ours.median),
            f"{median_ratio(self.in_memory, self.plain):.2f} x",
            f"{median_ratio(self.ours, self.plain):.2f} x",
        )


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """All sizes and pauses."""

    cases: tuple[Case, ...]
    rounds: int

    def report(self) -> Report:
        columns = ("", "plain gather", "ours, memory", "ours, SQLite", "memory / plain", "SQLite / plain")
        rows = tuple(case.row() for case in self.cases)
        table = Table(f"Medians of {self.rounds} runs each, in turn", columns, rows)
        return Report("Verification against a plain httpx gather", (table,), facts=_FACTS)


def run(rounds: int | None) -> VerificationResult:
    """Measure; about two minutes, most of them for the 600 tokens."""
    return asyncio.run(_measure(rounds or ROUNDS))


async def _measure(rounds: int) -> VerificationResult:
    with profile_server() as address:
        cases = [
            await _case(f"{address}/{pause}", tokens, pause, rounds)
            for tokens in SIZES
            for pause in PAUSES_MS
        ]
    return VerificationResult(tuple(cases), rounds)


async def _case(base_url: str, tokens: int, pause_ms: int, rounds: int) -> Case:
    roster = slots(tokens)
    issued = [token(slot, user_id=USER_ID) for slot in roster]
    async with _sqlite(issued) as database:
        plain, ours, memory = await in_turn(
            [
                partial(_plain, base_url, issued),
                partial(_ours, base_url, roster, database.tokens, database.journal),
                partial(_ours, base_url, roster, MemoryTokenStore(issued), EmptyBuffer()),
            ],
            rounds,
        )
    return Case(tokens, pause_ms, Samples("plain", plain), Samples("ours", ours), Samples("memory", memory))


async def _plain(base_url: str, tokens: Sequence[AccessToken]) -> float:
    """What anybody would write: one client, one gather."""
    async with httpx.AsyncClient(limits=LIMITS, timeout=TIMEOUT_SECONDS, trust_env=False) as client:
        began = time.perf_counter()
        answers = await asyncio.gather(*(_ask(client, base_url, each.value.reveal()) for each in tokens))
        took = (time.perf_counter() - began) * 1000
    _require(answers.count(USER_ID), len(tokens))
    return took


async def _ask(client: httpx.AsyncClient, base_url: str, token: str) -> str:
    headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
    answer = (await client.get(f"{base_url}/v2/user/profile", headers=headers)).raise_for_status()
    return str(answer.json()["data"]["user_id"])


async def _ours(base_url: str, roster: Sequence[ApiSlot], store: TokenStore, buffer: ReplayBuffer) -> float:
    clock, transport = SystemClock(), HttpxTransport(base_url)
    board = StatusBoard(AuthStatus.for_names(tuple(slot.name for slot in roster)), clock)
    profiles = ProfileVerificationService(UpstoxBroker(base_url, transport, clock), TIMEOUT_SECONDS)
    verification = Verification(TokenShelf(store, buffer), store, profiles, HotTokenRegistry(), board)
    await transport.open()
    began = time.perf_counter()
    report = await verification.verify(roster)
    took = (time.perf_counter() - began) * 1000
    await transport.aclose()
    _require(sum(check.verdict == "VALID" for check in report.checks), len(roster))
    return took


def _require(valid: int, wanted: int) -> None:
    if valid != wanted:
        raise RuntimeError(f"{valid} of {wanted} tokens were found valid; the comparison means nothing.")


@asynccontextmanager
async def _sqlite(tokens: Sequence[AccessToken]) -> AsyncIterator[Store]:
    """The product's own store, with `tokens` in it."""
    with tempfile.TemporaryDirectory(prefix="vega-bench-") as folder:
        async with opened_store(Path(folder)) as store:
            for each in tokens:
                await store.tokens.save(each)
            yield store
