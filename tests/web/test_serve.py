"""`vega-terminal serve` from outside: what it refuses, what it prints, where it listens."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import psutil
import pytest

from .server_process import COMMAND, server

pytestmark = [pytest.mark.e2e]


def environment(home: Path) -> dict[str, str]:
    """Of an operator who configured nothing."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "VEGA_DATA_DIR": str(home / "data")}


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True, text=True, check=False, timeout=60, cwd=home, env=environment(home),
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_help_tells_everything(tmp_path: Path) -> None:
    done = run(tmp_path, "--help")
    assert done.returncode == 0
    for word in ("--port", "--host", "--token-file", "--demo", "--env-file", "loopback", "Ctrl-C", "64"):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--host", "0.0.0.0"), "0.0.0.0 is not loopback"),
        (("--host", "foreign.example"), "ssh -L"),
        (("--port", "65536"), "65536 is no port"),
        (("--port", "-1"), "--port"),
        (("--no-such-thing",), "--no-such-thing"),
        (("--demo", "no-such-scenario"), "no-such-scenario"),
    ],
)
def test_a_wrong_command_line_ends_with_64(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (64, "")
    assert said in done.stderr
    assert "vega-terminal serve --help" in done.stderr


def test_wrong_settings_are_told_all_at_once_and_nothing_is_served(tmp_path: Path) -> None:
    settings = tmp_path / "wrong.env"
    settings.write_text("UPSTOX_DECISION_MODE=MAYBE\nUPSTOX_NO_SUCH_KEY=1\n")
    settings.chmod(0o600)
    done = run(tmp_path, "--env-file", str(settings))
    assert (done.returncode, done.stdout) == (3, "")
    assert "UPSTOX_DECISION_MODE" in done.stderr
    assert "UPSTOX_NO_SUCH_KEY" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_taken_port_and_a_bad_token_file_are_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run(tmp_path, "--demo", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 3
    assert "Choose another one with --port" in done.stderr
    (tmp_path / "token").write_text("t" * 43)
    (tmp_path / "token").chmod(0o644)
    done = run(tmp_path, "--demo", "--port", "0", "--token-file", str(tmp_path / "token"))
    assert done.returncode == 3
    assert "chmod 600" in done.stderr


def test_it_listens_on_loopback_alone_and_leaves_no_token_behind(tmp_path: Path) -> None:
    with server(tmp_path, environment(tmp_path), "--demo") as running:
        (link,) = running.links
        (listening,) = (
            connection.laddr
            for connection in psutil.Process(running.process.pid).net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        )
        assert listening.ip == "127.0.0.1"
        assert urlsplit(link).netloc == f"127.0.0.1:{listening.port}"
        token_file = tmp_path / "data" / "demo" / f"web-{listening.port}.token"
        assert str(token_file) in running.said
        assert stat.S_IMODE(token_file.stat().st_mode) == 0o600
        assert link.endswith(token_file.read_text().strip())
        assert running.stop() == 0
        assert not token_file.exists()


def test_the_token_of_a_named_file_opens_again_and_is_not_printed(tmp_path: Path) -> None:
    token_file = tmp_path / "token"
    with server(tmp_path, environment(tmp_path), "--demo", "--token-file", str(token_file)) as running:
        token = token_file.read_text().strip()
        assert token not in running.said
        assert str(token_file) in running.said
        address = running.said.split("served at ")[1].split("TOKEN")[0]
        for _ in range(2):
            with pytest.raises(HTTPError, match="401") as refused:  # by the page behind: no cookie is carried
                urlopen(f"{address}{token}")
            with refused.value as denied:
                assert urlsplit(denied.url).path != "/"
        assert running.said.count("served at") == 1
    assert token_file.exists()


@pytest.mark.parametrize("order", [b"", b"key\n", b"[1]\n", b'{"width": 1}\n', b"x" * 20_000])
def test_a_terminal_starts_for_its_server_alone(tmp_path: Path, order: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vega_terminal.ui.web.child"],
        input=order, capture_output=True, check=False, timeout=60, env=environment(tmp_path),
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (64, b"")
    assert b"vega-terminal serve" in done.stderr
    assert not (tmp_path / "data").exists()
