"""The token's file: what is taken, what is refused and why."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from vega_terminal.domain.secret import Secret
from vega_terminal.loopback.token_file import TokenFileError, read_token, write_token
from vega_terminal.ui.web.keys import lasting_key

TOKEN = Secret("t" * 43)


def test_what_is_written_is_read_and_nobody_else_can(tmp_path: Path) -> None:
    path = tmp_path / "new" / "token"
    write_token(path, TOKEN)
    assert read_token(path) == TOKEN
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["token"]


def test_a_file_that_is_not_there_is_made_and_taken_again(tmp_path: Path) -> None:
    path = tmp_path / "token"
    key = lasting_key(path)
    token = read_token(path)
    assert token is not None
    assert key.opens(token)
    assert key.opens(token)
    assert not key.opens(Secret(token.reveal()[:-1]))
    assert lasting_key(path).opens(token)


def test_no_draft_stays_where_the_file_cannot_be_put(tmp_path: Path) -> None:
    (tmp_path / "token").mkdir()
    with pytest.raises(TokenFileError, match="cannot be written"):
        write_token(tmp_path / "token", TOKEN)
    assert [entry.name for entry in tmp_path.iterdir()] == ["token"]


@pytest.mark.parametrize(
    ("content", "rights", "said"),
    [
        ("t" * 43, 0o640, r"Other users can read .* \(rights 0640\)"),
        ("short", 0o600, "holds no token"),
        ("t" * 40 + "?", 0o600, "holds no token"),
        ("", 0o600, "holds no token"),
        ("ü" * 40, 0o600, "holds no token"),
    ],
)
def test_a_file_that_protects_nothing_is_refused(
    tmp_path: Path, content: str, rights: int, said: str
) -> None:
    path = tmp_path / "token"
    path.write_text(content)
    path.chmod(rights)
    with pytest.raises(TokenFileError, match=said) as refused:
        lasting_key(path)
    assert "t" * 40 not in str(refused.value)


def test_a_pipe_in_its_place_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "token", 0o600)
    with pytest.raises(TokenFileError, match="not a regular file"):
        read_token(tmp_path / "token")
