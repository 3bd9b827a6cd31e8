"""Whatever is wrong with the server: one sentence with the cure, no password in it, and nobody waits."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.store.support import token
from vega_terminal.redis_store.server import QUIET_S, RedisAway

from .conftest import StartRedis
from .host import ROSTER, Host, host
from .redis_process import AOF, RedisProcess, free_port

PASSWORD = "canary-password"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def refused(here: Host) -> str:
    """What the operator is told when a token should be held; told once, however often it is tried."""
    for _ in range(3):
        with pytest.raises(RedisAway):
            await here.buffer().hold(token(ROSTER[0]))
    (said,) = here.told
    assert PASSWORD not in said
    return said


async def said_of(folder: Path, url: str) -> str:
    async with host(folder, url) as here:
        return await refused(here)


@asynccontextmanager
async def listening(serve: Serve) -> AsyncIterator[str]:
    """Something on a port that is no Redis."""
    server = await asyncio.start_server(serve, "127.0.0.1")
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


def self_signed(folder: Path) -> Path:
    """Certificate and key of `localhost`, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "localhost.pem"
    file.write_bytes(certificate.public_bytes(pem) + key.private_bytes(pem, *private))
    return file


async def test_nobody_is_there(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    said = await said_of(tmp_path, f"redis://:{PASSWORD}@{address}/0")
    assert said.startswith(f"Redis at {address} does not answer. Everything goes on with this machine's own")
    assert "correct VEGA_REDIS_URL" in said


async def test_a_server_that_says_nothing_is_waited_for_a_second_and_left_alone(tmp_path: Path) -> None:
    calls: list[object] = []

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(writer)
        await reader.read()
        writer.close()

    async with listening(mute) as address:
        began = time.monotonic()
        async with host(tmp_path, f"redis://{address}") as here:
            assert "does not answer" in await refused(here)
            assert time.monotonic() - began < 4.0
            assert len(calls) == 1
            here.clock.pass_time(QUIET_S - 0.1)
            await refused(here)
            assert len(calls) == 1
            here.clock.pass_time(0.1)
            await refused(here)
            assert len(calls) == 2


async def test_something_else_answers(tmp_path: Path) -> None:
    async def web(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with listening(web) as address:
        assert "not Redis's protocol" in await said_of(tmp_path, f"redis://{address}")


async def test_no_tls_where_tls_is_asked_for(start_redis: StartRedis, tmp_path: Path) -> None:
    server = start_redis(port=free_port())
    said = await said_of(tmp_path, f"rediss://user:{PASSWORD}@127.0.0.1:{server.port}")
    assert "does not answer over TLS" in said


async def test_tls_with_a_certificate_of_ones_own(
    start_redis: StartRedis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    port = free_port()
    files = ("--tls-cert-file", str(certificate), "--tls-key-file", str(certificate))
    start_redis("--tls-port", str(port), "--tls-auth-clients", "no", *files)
    url = f"rediss://localhost:{port}"
    assert "SSL_CERT_FILE" in await said_of(tmp_path, url)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with host(tmp_path, url) as here:
        assert await here.buffer().held() == []
        assert here.told == []


@pytest.mark.parametrize("credentials", [f"{PASSWORD}:x@", f"x:{PASSWORD}@", f":{PASSWORD}@", ""])
async def test_wrong_credentials(start_redis: StartRedis, tmp_path: Path, credentials: str) -> None:
    server = start_redis("--requirepass", "another", port=free_port())
    said = await said_of(tmp_path, f"redis://{credentials}127.0.0.1:{server.port}/0")
    assert "refused the user name or the password" in said
    assert "VEGA_REDIS_URL" in said


async def test_right_credentials_with_odd_letters(start_redis: StartRedis, tmp_path: Path) -> None:
    server = start_redis("--requirepass", "p@ss/w%rd", port=free_port())
    for place in (
        f"redis://:p%40ss%2Fw%25rd@127.0.0.1:{server.port}/2",
        f"unix://:p%40ss%2Fw%25rd@{server.socket}",
    ):
        async with host(tmp_path, place) as here:
            await here.buffer().hold(token(ROSTER[0]))
            assert len(await here.buffer().held()) == 1
            await here.buffer().strike([entry.sequence for entry in await here.buffer().held()])


async def test_no_such_database(start_redis: StartRedis, tmp_path: Path) -> None:
    server = start_redis(port=free_port())
    assert "database of that number" in await said_of(tmp_path, f"redis://127.0.0.1:{server.port}/99")


async def test_full_memory_hides_nothing_that_is_held(start_redis: StartRedis, tmp_path: Path) -> None:
    server = start_redis(*AOF)
    async with host(tmp_path, server.url) as here:
        await here.buffer().hold(token(ROSTER[1]))
        server.cli("CONFIG", "SET", "maxmemory", "1")
        said = await refused(here)
        assert "used up its memory" in said
        assert "this machine's journal holds it" in said
        assert "noeviction" in said
        (held,) = await here.buffer().held()
        await here.buffer().strike([held.sequence])
        server.cli("CONFIG", "SET", "maxmemory", "0")
        await here.buffer().hold(token(ROSTER[0]))
        assert "does its part again" in here.told[-1]


async def test_a_replica(start_redis: StartRedis, tmp_path: Path) -> None:
    server = start_redis("--replicaof", "127.0.0.1", str(free_port()))
    assert "Name the primary server" in await said_of(tmp_path, server.url)


async def test_a_user_with_too_few_rights(start_redis: StartRedis, tmp_path: Path) -> None:
    server = start_redis()
    server.cli("ACL", "SETUSER", "vega", "on", f">{PASSWORD}", "~vega:*", "+ping")
    said = await said_of(tmp_path, f"unix://vega:{PASSWORD}@{server.socket}")
    assert "Add to its access list: " in said
    rights = said.split("Add to its access list: ")[1].split(". It is")[0]
    server.cli("ACL", "SETUSER", "vega", "resetchannels", *rights.split())
    async with host(tmp_path, f"unix://vega:{PASSWORD}@{server.socket}") as here:
        await here.buffer().hold(token(ROSTER[0]))
        async with here.login(here.lease()):
            await here.buffer().strike([entry.sequence for entry in await here.buffer().held()])
        assert [said for said in here.told if "memory only" not in said] == []


async def test_troubles_come_and_go(durable: RedisProcess, tmp_path: Path) -> None:
    async with host(tmp_path, durable.url) as here:
        for _ in range(2):
            durable.kill()
            with pytest.raises(RedisAway):
                await here.buffer().held()
            durable.start()
            here.clock.pass_time(QUIET_S)
            assert await here.buffer().held() == []
        assert ["does not answer" in said for said in here.told] == [True, False, True, False]


def test_redis_is_loaded_only_where_one_is_configured() -> None:
    rooms = "buffer, durability, epochs, lease, mirror, opening, route, server"
    script = f"from vega_terminal.redis_store import {rooms}; import sys; print('redis' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
