"""The head of a request, before anything of it is believed."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import Scope


@dataclass(frozen=True, slots=True)
class Head:
    """What the checks look at.

    Attributes:
        method: as it was sent.
        path: unquoted.
        headers: names in small letters; a name may come several times.
    """

    method: str
    path: str
    headers: tuple[tuple[bytes, bytes], ...]

    @classmethod
    def of(cls, scope: Scope) -> Head:
        """The head of an HTTP request."""
        return cls(scope["method"], scope["path"], tuple(scope["headers"]))

    def values(self, name: bytes) -> tuple[str, ...]:
        """Every value of a header; bytes that are no ASCII become characters that match nothing."""
        return tuple(value.decode("latin-1") for key, value in self.headers if key == name)

    @property
    def bytes(self) -> int:
        """How long path and headers are."""
        return len(self.path) + sum(len(name) + len(value) for name, value in self.headers)

    @property
    def announces_body(self) -> bool:
        """Whether a body follows."""
        return bool(self.values(b"transfer-encoding")) or self.announced_bytes > 0

    @property
    def announced_bytes(self) -> int:
        """How many bytes follow, as far as that was told; the server has checked that it is a number."""
        return max((int(value) for value in self.values(b"content-length")), default=0)
