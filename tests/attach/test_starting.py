"""Whoever cannot attach is told why, and what to do, before anything is drawn."""

from __future__ import annotations

import asyncio
import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.ui.scripted_engine import ScriptedEngine
from vega_terminal.domain.errors import SettingsError, UsageError, VegaError
from vega_terminal.loopback.token_file import new_token, write_token
from vega_terminal.remote.address import address_of
from vega_terminal.settings.data_folder import data_folder
from vega_terminal.ui.__main__ import main
from vega_terminal.ui.attached import attached_terminal

from .served import served


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://127.0.0.1:8642", "http://127.0.0.1:8642"),
        (" http://LOCALHOST:8642/ ", "http://localhost:8642"),
        ("http://[::1]:8642", "http://[::1]:8642"),
        ("https://desk.example.org", "https://desk.example.org"),
        ("https://192.0.2.7:8443/", "https://192.0.2.7:8443"),
    ],
)
def test_addresses(text: str, url: str) -> None:
    assert address_of(text).url == url


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("127.0.0.1:8642", "no address"),
        ("ftp://127.0.0.1", "no address"),
        ("http://", "no address"),
        ("http://127.0.0.1:0", "no address"),
        ("http://127.0.0.1:99999", "no address"),
        ("http://[::1", "no address"),
        ("http://127.0.0.1:8642/auth", "behind host and port"),
        ("http://127.0.0.1:8642?token=x", "behind host and port"),
        ("http://asha:word@127.0.0.1:8642", "a name or a password"),
        ("http://desk.example.org:8642", "in clear"),
        ("http://127.0.0.1.example.org", "in clear"),
    ],
)
def test_addresses_that_are_refused(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        address_of(text)


class Stranger(http.server.BaseHTTPRequestHandler):
    """Answers every question with the page of somebody else."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>hello</html>")

    def log_message(self, *_what: object) -> None:
        pass


@contextmanager
def stranger() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def nobody() -> Iterator[str]:
    with socket.socket() as taken:  # bound and not listening: nobody else gets the port
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@contextmanager
def plain_for_tls() -> Iterator[str]:
    with stranger() as url:
        yield url.replace("http:", "https:")


@pytest.mark.parametrize(
    ("where", "why"),
    [
        (nobody, "No server can be reached at .* Start one there"),
        (stranger, "gave an answer that cannot be read"),
        (plain_for_tls, "No server can be reached at https"),
    ],
)
def test_a_server_that_is_none(
    where: Callable[[], AbstractContextManager[str]],
    why: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("VEGA_DATA_DIR", str(tmp_path))
    write_token(tmp_path / "api.token", new_token())
    with where() as url, pytest.raises(VegaError, match=why):
        attached_terminal(url, None, None)


async def test_tokens_that_do_not_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEGA_DATA_DIR", str(tmp_path / "elsewhere"))
    wrong, loose = tmp_path / "wrong.token", tmp_path / "loose.token"
    for path in (wrong, loose):
        write_token(path, new_token())
    loose.chmod(0o644)
    async with served(tmp_path, ScriptedEngine()) as desk:
        for file, why in (
            (None, "There is no token file .*elsewhere/api.token"),
            (loose, "Other users can read or change the token file"),
            (wrong, "refuses the token"),
        ):
            with pytest.raises(VegaError, match=why):
                await asyncio.to_thread(attached_terminal, desk.url, file, None)
        info, _ = await asyncio.to_thread(attached_terminal, desk.url, desk.token_file, None)
        assert info.attached_to == desk.url.removeprefix("http://")
        assert info.data_folder == str(tmp_path)


def test_a_token_for_another_machine_has_to_be_named() -> None:
    with pytest.raises(UsageError, match="copy its token file here"):
        attached_terminal("https://desk.example.org", None, None)


def test_of_the_settings_only_the_data_folder_is_needed(tmp_path: Path) -> None:
    own = tmp_path / "desk.env"
    own.write_text("UPSTOX_API_NAMES=none of this is right\nVEGA_DATA_DIR=kept here\n")
    own.chmod(0o600)
    assert data_folder({}, own) == tmp_path / "kept here"
    assert data_folder({"VEGA_DATA_DIR": "/elsewhere"}, own) == Path("/elsewhere")
    with pytest.raises(SettingsError, match="There is no file"):
        data_folder({}, tmp_path / "missing.env")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--token-file", "x"],
        ["--attach", "http://127.0.0.1:1", "--serve"],
        ["--attach", "http://127.0.0.1:1", "--demo"],
        ["--serve", "70000"],
    ],
)
def test_wrong_command_lines(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 64
    assert "See vega-terminal --help." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "code", "why"),
    [
        ("http://desk.example.org:8642", 64, "in clear. Use https"),
        ("http://127.0.0.1:1", 3, "There is no token file"),
    ],
)
def test_the_reason_is_on_stderr_and_nothing_is_drawn(
    url: str,
    code: int,
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("VEGA_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("vega_terminal.ui.first_frame.begin", lambda: None)
    for stream in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True)
    assert main(["--attach", url]) == code
    told = capsys.readouterr()
    assert why in told.err
    assert told.out == ""
