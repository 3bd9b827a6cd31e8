"""Servers that end with the test."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .redis_process import AOF, MEMORY, RedisProcess

StartRedis = Callable[..., RedisProcess]


@pytest.fixture
def start_redis() -> Iterator[StartRedis]:
    """Starts a server with the given options; paths of sockets have to be short."""
    with tempfile.TemporaryDirectory(prefix="vega-redis-") as top:
        started: list[RedisProcess] = []

        def start(*options: str, port: int = 0) -> RedisProcess:
            folder = Path(top) / str(len(started))
            folder.mkdir()
            server = RedisProcess(folder, *options, port=port)
            started.append(server)
            server.start()
            return server

        yield start
        for server in started:
            server.kill()


@pytest.fixture
def durable(start_redis: StartRedis) -> RedisProcess:
    """A server that syncs each write before it answers."""
    return start_redis(*AOF)


@pytest.fixture
def forgetful(start_redis: StartRedis) -> RedisProcess:
    """A server that keeps nothing on disk."""
    return start_redis(*MEMORY)
