"""The transport on real sockets: whole-call time-outs, limits, silence in the log, one shared client."""

from __future__ import annotations

import asyncio
import logging
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from vega_terminal.broker import direct_transport
from vega_terminal.broker.client import UpstoxBroker
from vega_terminal.broker.direct_transport import DirectTransport
from vega_terminal.broker.httpx_transport import HttpxTransport
from vega_terminal.broker.transport import HttpRequest, HttpTransport
from vega_terminal.broker.transports import is_straight, quick_transport
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import FailureKind as Kind
from vega_terminal.domain.secret import Secret

from .conftest import StandingClock
from .scripted_server import Play, ScriptedServer, Wire, endless, hang, success, trickle

TransportTo = Callable[[str], HttpTransport]
TOKEN = Secret("a-token-that-no-log-may-show")
PROFILE = {"user_id": "AB1234"}


@pytest.mark.parametrize("play", [hang, trickle], ids=["hang", "trickle"])
async def test_the_time_out_bounds_the_whole_call(
    play: Play, server: ScriptedServer, broker: UpstoxBroker
) -> None:
    server.play = play
    began = time.monotonic()
    with pytest.raises(BrokerError) as caught:
        await broker.profile(TOKEN, timeout=0.3)
    assert caught.value.kind is Kind.TIMEOUT
    assert 0.3 <= time.monotonic() - began < 3
    assert "within 0.3 s" in str(caught.value)


async def test_a_slow_slot_delays_no_other(server: ScriptedServer, broker: UpstoxBroker) -> None:
    server.plays["/v2/portfolio/short-term-positions"] = hang
    server.plays["/v2/user/profile"] = success(PROFILE)
    slow = asyncio.create_task(broker.positions(TOKEN))
    await broker.profile(TOKEN, timeout=5)
    assert not slow.done()
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow


async def test_a_first_call_that_gives_up_spoils_nothing_for_the_next(
    server: ScriptedServer, broker: UpstoxBroker
) -> None:
    server.play = success(PROFILE)
    with pytest.raises(BrokerError) as caught:
        await broker.profile(TOKEN, timeout=0)  # the client is still being made
    assert caught.value.kind is Kind.TIMEOUT
    assert (await broker.profile(TOKEN, timeout=10)).user_id == "AB1234"


async def test_an_endless_answer_is_cut_off(server: ScriptedServer, broker: UpstoxBroker) -> None:
    server.play = endless
    with pytest.raises(BrokerError) as caught:
        await broker.profile(TOKEN, timeout=10)
    assert caught.value.kind is Kind.UNEXPECTED_ANSWER
    assert "more data than any answer" in str(caught.value)


async def test_twenty_four_slots_are_asked_at_the_same_time(
    server: ScriptedServer, broker: UpstoxBroker
) -> None:
    everybody = asyncio.Barrier(24)

    async def together(wire: Wire) -> None:
        await everybody.wait()  # no answer before all calls have arrived
        await success(PROFILE)(wire)

    server.play = together
    tokens = [Secret(f"token-{number}") for number in range(24)]
    profiles = await asyncio.gather(*(broker.profile(token, timeout=10) for token in tokens))
    assert {profile.user_id for profile in profiles} == {"AB1234"}
    asked = sorted(request.headers["authorization"] for request in server.requests)
    assert asked == sorted(f"Bearer {token.reveal()}" for token in tokens)


async def test_calls_in_a_row_share_a_connection_of_httpx(server: ScriptedServer) -> None:
    server.play = success(PROFILE)
    broker = UpstoxBroker(server.base_url, HttpxTransport(server.base_url), StandingClock())
    for _ in range(3):
        await broker.profile(TOKEN, timeout=10)
    await broker.aclose()
    assert [request.connection for request in server.requests] == [1, 1, 1]


async def test_nobody_listens(transport_to: TransportTo) -> None:
    broker = UpstoxBroker("http://127.0.0.1:9", transport_to("http://127.0.0.1:9"), StandingClock())
    with pytest.raises(BrokerError) as caught:
        await broker.profile(TOKEN, timeout=10)
    await broker.aclose()
    assert caught.value.kind is Kind.NETWORK
    assert "cannot be reached" in str(caught.value)
    assert "nothing was sent" in str(caught.value)


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's TLS with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    file = folder / "server.pem"
    file.write_bytes(
        certificate.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def test_a_certificate_that_nobody_vouches_for_gets_no_token(
    tmp_path: Path, transport_to: TransportTo
) -> None:
    async with ScriptedServer(self_signed(tmp_path)) as server:
        server.play = success(PROFILE)
        broker = UpstoxBroker(server.base_url, transport_to(server.base_url), StandingClock())
        with pytest.raises(BrokerError) as caught:
            await broker.profile(TOKEN, timeout=10)
        await broker.aclose()
        assert caught.value.kind is Kind.NETWORK
        assert "certificate" in str(caught.value)
        assert server.requests == []


async def test_the_straight_way_believes_the_certificates_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ScriptedServer(self_signed(tmp_path)) as server:
        server.play = success(PROFILE)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        monkeypatch.setattr(direct_transport, "is_loopback", lambda _url: False)
        broker = UpstoxBroker(server.base_url, DirectTransport(server.base_url), StandingClock())
        profiles = await asyncio.gather(*(broker.profile(TOKEN, timeout=10) for _ in range(6)))
        await broker.aclose()
        assert [profile.user_id for profile in profiles] == ["AB1234"] * 6
        assert len({request.connection for request in server.requests}) == 6


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://", "http://127.0.0.1:99999", "http://a b"])
async def test_an_address_that_cannot_be_called_names_the_setting(
    url: str, transport_to: TransportTo
) -> None:
    broker = UpstoxBroker(url, transport_to(url), StandingClock())
    with pytest.raises(BrokerError) as caught:
        await broker.profile(TOKEN, timeout=10)
    await broker.aclose()
    assert caught.value.kind is Kind.NETWORK
    assert "UPSTOX_API_BASE_URL" in str(caught.value)


async def test_a_proxy_of_the_environment_is_not_asked_for_loopback(
    server: ScriptedServer, broker: UpstoxBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "socks5://127.0.0.1:9")
    server.play = success(PROFILE)
    assert (await broker.profile(TOKEN, timeout=10)).user_id == "AB1234"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://user:hunter2@127.0.0.1:9"),
        ("HTTPS_PROXY", "nonsense://user:hunter2@127.0.0.1:9"),
        ("SSL_CERT_FILE", "/nowhere/hunter2.pem"),
    ],
)
@pytest.mark.parametrize("way", [HttpxTransport, quick_transport], ids=["httpx", "quick"])
async def test_an_unusable_environment_is_named(
    name: str, value: str, way: TransportTo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    transport = way("https://broker.invalid")
    request = HttpRequest("GET", "https://broker.invalid/", bearer=TOKEN)
    with pytest.raises(BrokerError) as caught:
        await transport.send(request, timeout=10)
    await transport.aclose()
    assert caught.value.kind is Kind.NETWORK
    assert name in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "environ", "platform", "expected"),
    [
        ("https://api.upstox.com", {}, "linux", True),
        ("https://api.upstox.com", {"HTTPS_PROXY": "http://proxy:3128"}, "linux", False),
        ("https://api.upstox.com", {"all_proxy": "http://proxy:3128"}, "linux", False),
        ("https://api.upstox.com", {"HTTPS_PROXY": "", "TRAVIS_APT_PROXY": "x"}, "linux", True),
        ("https://api.upstox.com", {}, "darwin", False),
        ("http://127.0.0.1:28020", {"HTTP_PROXY": "http://proxy:3128"}, "darwin", True),
    ],
)
def test_the_straight_way_is_only_taken_where_no_proxy_can_be(
    url: str, environ: dict[str, str], platform: str, expected: bool
) -> None:
    assert is_straight(url, environ, platform) is expected


async def test_no_log_line_tells_a_secret_or_an_address(
    server: ScriptedServer, broker: UpstoxBroker, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("httpx").setLevel(logging.NOTSET)
    logging.getLogger("httpcore").setLevel(logging.NOTSET)
    server.play = success(PROFILE)
    with caplog.at_level(logging.DEBUG):
        await broker.profile(TOKEN, timeout=10)
    assert [record.name for record in caplog.records if record.name.startswith("http")] == []
    assert TOKEN.reveal() not in caplog.text


async def test_closing_ends_calls_under_way_and_later_ones(
    server: ScriptedServer, broker: UpstoxBroker
) -> None:
    arrived = asyncio.Event()

    async def announce(wire: Wire) -> None:
        arrived.set()
        await hang(wire)

    server.play = announce
    call = asyncio.create_task(broker.profile(TOKEN, timeout=30))
    await arrived.wait()
    await broker.aclose()
    with pytest.raises(BrokerError) as under_way:
        await call
    with pytest.raises(BrokerError) as later:
        await broker.profile(TOKEN, timeout=30)
    assert (under_way.value.kind, later.value.kind) == (Kind.NETWORK, Kind.NETWORK)
    assert "program is ending" in str(later.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize("text", ["", "two words", "line\r\nX-Injected: 1", "é", "x" * 4097], ids=ascii)
async def test_a_damaged_token_is_not_sent(text: str, server: ScriptedServer, broker: UpstoxBroker) -> None:
    with pytest.raises(BrokerError) as caught:
        await broker.profile(Secret(text), timeout=10)
    assert caught.value.kind is Kind.UNEXPECTED_ANSWER
    assert server.requests == []


def test_a_request_shows_no_secret_until_it_is_on_the_wire() -> None:
    request = HttpRequest(
        "POST", "http://x/", bearer=TOKEN, form={"code": Secret("mk404x"), "grant_type": "g"}
    )
    assert "mk404x" not in repr(request)
    assert TOKEN.reveal() not in repr(request)
    assert request.wire_body() == b"code=mk404x&grant_type=g"
    assert set(request.secrets) == {TOKEN, Secret("mk404x")}


def test_importing_the_adapter_loads_no_http_library() -> None:
    probe = (
        "import sys, vega_terminal.broker.client, vega_terminal.broker.httpx_transport;"
        "print([name for name in ('httpx', 'httpcore', 'textual', 'selenium') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
