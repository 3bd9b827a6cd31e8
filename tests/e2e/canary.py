"""Every secret of a simulated morning, noted as it comes into being, and where it must not turn up again."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import pytest

from vega_terminal.simulator import SimulatedBroker
from vega_terminal.simulator.codes import CodeBook
from vega_terminal.simulator.one_time_passwords import OneTimePasswords
from vega_terminal.simulator.population import Identity
from vega_terminal.simulator.tokens import TokenMint

SECRET_SETTINGS = ("CLIENT_SECRET", "UPSTOX_PIN", "UPSTOX_TOTP_SECRET", "UPSTOX_MOBILE_NUMBER")


@dataclass
class Canaries:
    """The secrets so far, by what they are."""

    texts: dict[str, set[str]] = field(default_factory=dict)

    def note(self, what: str, text: str) -> None:
        """One more secret."""
        self.texts.setdefault(what, set()).add(text)

    def found_in(self, data: bytes) -> set[str]:
        """What kinds of secrets can be read in `data`, plain, quoted for a URL, in base64, or as UTF-16."""
        return {
            what
            for what, texts in tuple(self.texts.items())
            if any(_pattern(text).search(data) for text in tuple(texts))
        }

    def require(self, *kinds: str) -> None:
        """A search for nothing would find nothing."""
        assert {"setting", "access token", "vault key", *kinds} == self.texts.keys()

    def require_all_kinds(self) -> None:
        """What comes up where a browser signs in."""
        self.require("authorization code", "one-time password")


def _pattern(text: str) -> re.Pattern[bytes]:
    plain = text.encode()
    forms = {plain, quote(text, safe="").encode(), text.encode("utf-16-le"), base64.b64encode(plain)[:-4]}
    either = b"|".join(re.escape(form) for form in forms if len(form) >= 6)
    # Six digits may stand in any longer number, and behind the point of any second.
    return re.compile(rb"(?<![\d.])(?:" + either + rb")(?!\d)" if text.isdigit() else either)


@contextlib.contextmanager
def noting(broker: SimulatedBroker, patch: pytest.MonkeyPatch) -> Iterator[Canaries]:
    """Note what the broker issues, what is typed into its pages, and what the operator configured."""
    canaries = Canaries()
    for key, value in broker.environment().items():
        if any(name in key for name in SECRET_SETTINGS):
            canaries.note("setting", value)
    issue_token, issue_code, accept = TokenMint.issue, CodeBook.issue, OneTimePasswords.accept

    def token(mint: TokenMint, *arguments: Any, **named: Any) -> str:
        text = issue_token(mint, *arguments, **named)
        canaries.note("access token", text)
        return text

    def code(book: CodeBook, *arguments: object) -> str:
        text = issue_code(book, *arguments)  # type: ignore[arg-type]
        canaries.note("authorization code", text)
        return text

    def otp(phones: OneTimePasswords, identity: Identity, typed: str) -> bool:
        canaries.note("one-time password", typed)
        return accept(phones, identity, typed)

    with patch.context() as patched:
        patched.setattr(TokenMint, "issue", token)
        patched.setattr(CodeBook, "issue", code)
        patched.setattr(OneTimePasswords, "accept", otp)
        yield canaries


def files_of(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Every file in the folders with what it holds at this moment; what vanishes meanwhile is passed over."""
    for top in folders:
        for folder, _, names in os.walk(top):
            for path in (Path(folder, name) for name in names):
                with contextlib.suppress(OSError):
                    if path.is_file() and not path.is_symlink():
                        yield str(path), path.read_bytes()


def scratch_folders() -> list[Path]:
    """Where browsers and drivers put their temporary files."""
    return [path for path in Path(tempfile.gettempdir()).glob("vega-*") if path.is_dir()]


def children_of(pid: int) -> Iterator[tuple[str, bytes]]:
    """Command line and environment of every process that `pid` has started."""
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.Error, OSError):
                line, environ = child.cmdline(), Path(f"/proc/{child.pid}/environ").read_bytes()
                yield f"process {child.pid} ({child.name()})", "\0".join(line).encode() + environ
