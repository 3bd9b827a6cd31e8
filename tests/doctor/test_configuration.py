"""The settings, their file, and the redirect URI."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.doctor.ground import finding, ground_in, ground_of
from tests.unit.environments import GOOD
from vega_terminal.doctor.findings import Verdict


@contextmanager
def listening() -> Iterator[int]:
    """Somebody who takes connections on a port of this machine."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


async def test_right_settings_are_counted(tmp_path: Path) -> None:
    found = await finding("Settings", ground_in(tmp_path))
    assert (found.verdict, found.cure) == (Verdict.OK, "")
    assert "2 slots" in found.found


async def test_every_wrong_key_is_named_with_its_cure(tmp_path: Path) -> None:
    ground = ground_in(
        tmp_path, UPSTOX_CLIENT_SECRET_PRIMARY="", UPSTOX_COOLDOWN_SEC="5", UPSTOX_PINN="123456"
    )
    found = await finding("Settings", ground)
    assert found.verdict is Verdict.FAIL
    for key in ("UPSTOX_CLIENT_SECRET_PRIMARY", "UPSTOX_COOLDOWN_SEC", "UPSTOX_PINN"):
        assert key in found.found
        assert any(line.startswith(key) for line in found.cure.splitlines())
    assert "123456" not in found.found + found.cure


async def test_what_is_right_of_wrong_settings_still_counts(tmp_path: Path) -> None:
    ground = ground_in(tmp_path, UPSTOX_CLIENT_SECRET_PRIMARY="", VEGA_HEADLESS="true")
    assert ground.settings is None
    assert ground.data_dir == tmp_path / "data"
    assert ground.redirect_uris == (GOOD["UPSTOX_REDIRECT_URI"],)
    assert (await finding("Display", ground)).verdict is Verdict.WARN


async def test_a_wrong_address_of_the_broker_leads_to_no_other(tmp_path: Path) -> None:
    ground = ground_in(tmp_path, UPSTOX_API_BASE_URL="http://broker.example")
    assert ground.api_base_url is None
    assert (await finding("Clock", ground)).verdict is Verdict.UNKNOWN


async def test_what_is_unwise_is_a_warning(tmp_path: Path) -> None:
    found = await finding("Settings", ground_in(tmp_path, VEGA_API_HOST="0.0.0.0"))
    assert found.verdict is Verdict.WARN
    assert "VEGA_API_HOST" in found.found
    assert found.cure == "VEGA_API_HOST=127.0.0.1"


def env_file(folder: Path, mode: int, more: str = "") -> Path:
    path = folder / ".env"
    path.write_text("".join(f"{key}={value}\n" for key, value in GOOD.items()) + more)
    path.chmod(mode)
    return path


async def test_a_file_that_others_can_read_is_a_warning(tmp_path: Path) -> None:
    path = env_file(tmp_path, 0o644)
    found = await finding("Settings file", ground_of({}, path))
    assert (found.verdict, found.cure) == (Verdict.WARN, f"chmod 600 {path}")
    assert (await finding("Settings", ground_of({}, path))).verdict is Verdict.OK


async def test_a_private_file_is_fine(tmp_path: Path) -> None:
    found = await finding("Settings file", ground_of({}, env_file(tmp_path, 0o600)))
    assert found.verdict is Verdict.OK
    assert f"{len(GOOD)} keys" in found.found


async def test_a_key_that_stands_twice_is_a_warning(tmp_path: Path) -> None:
    path = env_file(tmp_path, 0o600, "UPSTOX_CLIENT_ID_PRIMARY=another\n")
    found = await finding("Settings file", ground_of({}, path))
    assert found.verdict is Verdict.WARN
    assert "more than once" in found.found
    assert found.cure == "Take the others out."


@pytest.mark.parametrize("content", [b"\xff\xfe", b'UPSTOX_PIN="123456\n'])
async def test_a_file_that_cannot_be_read_fails(tmp_path: Path, content: bytes) -> None:
    path = env_file(tmp_path, 0o600)
    path.write_bytes(content)
    found = await finding("Settings file", ground_of({}, path))
    assert found.verdict is Verdict.FAIL
    assert str(path) in found.found
    assert "123456" not in found.found + found.cure


async def test_a_port_that_is_taken_is_a_warning(tmp_path: Path) -> None:
    with listening() as port:
        address = f"http://127.0.0.1:{port}/callback"
        ground = ground_in(tmp_path, UPSTOX_REDIRECT_URI=address)
        taken = await finding("Redirect URI", ground)
    assert taken.verdict is Verdict.WARN
    assert address in taken.found
    assert (await finding("Redirect URI", ground)).verdict is Verdict.OK


async def test_a_redirect_uri_of_a_wrong_shape_fails(tmp_path: Path) -> None:
    found = await finding("Redirect URI", ground_in(tmp_path, UPSTOX_REDIRECT_URI="127.0.0.1/callback"))
    assert found.verdict is Verdict.FAIL
    assert "UPSTOX_REDIRECT_URI" in found.cure
