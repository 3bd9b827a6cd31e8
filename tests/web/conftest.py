"""A served site, or the machine of an operator, for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.e2e.conftest import make_desk

from .served import Browser, Served, browser, served_site

__all__ = ["make_desk", "served", "visitor"]


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with served_site(tmp_path) as served:
        yield served


@pytest_asyncio.fixture
async def visitor(served: Served) -> AsyncIterator[Browser]:
    async with browser(served) as visitor:
        yield visitor
