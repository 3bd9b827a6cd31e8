"""What goes into the bundle, before it is redacted; nothing is put in that need not be."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from vega_terminal import __version__
from vega_terminal.diagnostics.secrets import is_plain
from vega_terminal.doctor.database_reading import AuditLine
from vega_terminal.doctor.ground import Ground
from vega_terminal.domain.secret import MASK
from vega_terminal.settings.values import Settings

_DISTRIBUTION: Final = "vega-terminal"
_NAME: Final = re.compile(r"[\w.-]+")
_PERSONAL: Final = frozenset({"login", "by"})
"""Facts of an audit record that tell of a person."""
_PAGE_BUNDLE: Final = re.compile(r"login-\d{8}T\d{12}Z-[A-Z][A-Z0-9_]{0,31}\.json")


def versions() -> dict[str, Any]:
    """Of the product, of what it runs on, and of every library. Blocks for some milliseconds."""
    return {
        "vega-terminal": __version__,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": platform.platform(),
        "sqlite": sqlite3.sqlite_version,
        "libraries": dict(_libraries()),
    }


def _libraries() -> Iterable[tuple[str, str]]:
    with suppress(importlib.metadata.PackageNotFoundError):
        for requirement in importlib.metadata.requires(_DISTRIBUTION) or ():
            name = _NAME.match(requirement)
            if name is not None and "extra ==" not in requirement:
                with suppress(importlib.metadata.PackageNotFoundError):
                    yield name[0], importlib.metadata.version(name[0])


def settings_document(ground: Ground) -> dict[str, Any]:
    """What is set and where; texts only of keys that hold no secret."""
    source = ground.source
    return {
        "file": str(ground.env_file),
        "problems": [str(problem) for problem in ground.problems],
        "set": {
            key: {
                "value": text.reveal() if is_plain(key) else MASK,
                "from": "file" if key in source.from_file else "environment",
            }
            for key, text in sorted(source.texts.items())
        },
        "inForce": None if ground.settings is None else _in_force(ground.settings),
    }


def _in_force(settings: Settings) -> dict[str, Any]:
    identities = list(dict.fromkeys(slot.identity.key for slot in settings.roster))
    return {
        "slots": [
            {
                "name": slot.name,
                "redirectUri": slot.redirect_uri,
                "signInOf": f"person {identities.index(slot.identity.key) + 1}",
                "mobileSet": slot.identity.mobile is not None,
                "pinSet": slot.identity.pin is not None,
                "totpSet": slot.identity.totp_secret is not None,
            }
            for slot in settings.roster
        ],
        "apiBaseUrl": settings.api_base_url,
        "decisionMode": settings.policy.mode.value,
        "defaultAction": settings.policy.default_action.value,
        "decisionTimeoutSec": settings.policy.timeout,
        "verifyTimeoutSec": settings.verify_timeout,
        "loginStepTimeoutSec": settings.login_step_timeout,
        "captchaTimeoutSec": settings.captcha_timeout,
        "cooldownSec": settings.cooldown,
        "loginSpacingSec": settings.login_spacing,
        "warmupTime": settings.warmup_time.isoformat("minutes"),
        "dataDir": str(settings.data_dir),
        "keyFile": None if settings.key_file is None else str(settings.key_file),
        "browser": [str(part) for part in (settings.browser.kind, settings.browser.binary) if part],
        "driver": None if settings.browser.driver is None else str(settings.browser.driver),
        "headless": settings.browser.headless.value,
        "dbBusyAttempts": settings.db_busy_attempts,
        "api": f"{settings.api_host}:{settings.api_port}",
        "redisConfigured": settings.redis_url is not None,
        "logLevel": settings.log_level.value,
        "warnings": list(settings.warnings),
    }


def audit_document(line: AuditLine) -> dict[str, Any]:
    """A record of the trail without whoever acted, and without the login's name."""
    return {
        "seq": line.seq,
        "at": line.at,
        "kind": line.kind,
        "executionId": line.execution_id,
        "slot": line.slot,
        "detail": _impersonal(line.detail),
    }


def _impersonal(detail: str) -> Mapping[str, str]:
    try:
        facts = json.loads(detail)
    except ValueError:
        return {}
    if not isinstance(facts, dict):
        return {}
    return {str(name): str(text) for name, text in facts.items() if name not in _PERSONAL}


def page_bundles(logs: Path) -> list[str]:
    """The names of what was kept of login pages that were not understood; not their content. Blocks."""
    with suppress(OSError):
        return sorted(path.name for path in logs.iterdir() if _PAGE_BUNDLE.fullmatch(path.name))
    return []
