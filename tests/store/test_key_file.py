"""A key in a file: private, one line of base64, made once."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

import pytest

from vega_terminal.domain.errors import VaultError
from vega_terminal.store.vault.key import KeySource, VaultKey
from vega_terminal.store.vault.key_file import KeyFile

GOOD = base64.b64encode(bytes(range(32)))


def key_file(path: Path, content: bytes = GOOD, rights: int = 0o600) -> KeyFile:
    path.write_bytes(content)
    path.chmod(rights)
    return KeyFile(path, KeySource.KEY_FILE)


@pytest.mark.parametrize("content", [GOOD, GOOD + b"\n", b" " + GOOD + b"\r\n"])
async def test_a_line_of_base64_is_a_key(tmp_path: Path, content: bytes) -> None:
    key = await key_file(tmp_path / "key", content).read()
    assert key is not None
    assert key.reveal() == bytes(range(32))
    assert (key.source, key.place) == (KeySource.KEY_FILE, str(tmp_path / "key"))


async def test_a_key_is_made_once_private_and_leaves_no_draft(tmp_path: Path) -> None:
    home = KeyFile(tmp_path / "new" / "key", KeySource.CONFIG_FILE)
    assert await home.read() is None
    made = await home.create()
    assert await home.create() == await home.read() == made
    assert len(made.reveal()) == 32
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["key"]
    assert stat.S_IMODE((tmp_path / "new" / "key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        bytes(range(32)),
        bytes(range(32)).hex().encode(),
        base64.b64encode(bytes(31)),
        base64.b64encode(bytes(33)),
        GOOD + b"\n" + GOOD,
        GOOD[:-1],
        b"\xff" * 44,
    ],
    ids=["empty", "blank", "raw", "hex", "short", "long", "two lines", "cut", "not text"],
)
async def test_anything_else_is_refused_with_the_cure_and_without_being_shown(
    tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(VaultError, match="openssl rand -base64 32") as caught:
        await key_file(tmp_path / "key", content).read()
    assert GOOD.decode() not in str(caught.value)
    assert (tmp_path / "key").read_bytes() == content


@pytest.mark.parametrize("rights", [0o640, 0o604, 0o620, 0o644, 0o660, 0o777])
async def test_a_key_that_others_can_reach_is_refused_with_the_cure(tmp_path: Path, rights: int) -> None:
    home = key_file(tmp_path / "key", rights=rights)
    with pytest.raises(VaultError, match=f"{rights:04o}.*chmod 600 '{tmp_path / 'key'}'"):
        await home.read()


async def test_a_read_only_key_is_fine(tmp_path: Path) -> None:
    assert await key_file(tmp_path / "key", rights=0o400).read() is not None


@pytest.mark.parametrize(("rights", "refused"), [(0o400, False), (0o440, False), (0o444, True)])
async def test_a_credential_may_show_the_mask_of_its_acl_but_be_open_to_nobody_else(
    tmp_path: Path, rights: int, refused: bool
) -> None:
    key_file(tmp_path / "vega-key", rights=rights)
    home = KeyFile(tmp_path / "vega-key", KeySource.CREDENTIALS)
    if refused:
        with pytest.raises(VaultError, match="chmod 600"):
            await home.read()
    else:
        assert await home.read() is not None


async def test_a_key_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = key_file(tmp_path / "key")
    if os.geteuid() == 0:
        os.chown(tmp_path / "key", 4242, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 4242)
    with pytest.raises(VaultError, match="belongs to another user"):
        await home.read()


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
async def test_what_is_no_file_is_refused_at_once(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / "key")
    with pytest.raises(VaultError, match="not a regular file"):
        await KeyFile(tmp_path / "key", KeySource.KEY_FILE).read()


async def test_a_place_that_cannot_be_written_is_named_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file where the folder should be")
    home = KeyFile(tmp_path / "file" / "key", KeySource.KEY_FILE)
    for work in (home.read(), home.create()):
        with pytest.raises(VaultError, match="set VEGA_KEY_FILE to another file"):
            await work


def test_a_key_shows_itself_nowhere() -> None:
    key = VaultKey.generate(KeySource.KEY_FILE, "/somewhere")
    shown = f"{key} {key!r} {key.record} {key.text}"
    assert key.text.reveal() not in shown
    assert key.reveal().hex() not in shown
    assert key.record.key_id in shown
    assert key.record.key_id not in key.reveal().hex()
