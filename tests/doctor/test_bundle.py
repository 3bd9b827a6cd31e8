"""The diagnostics bundle: what is in it, who may read it, and that no secret is."""

from __future__ import annotations

import base64
import json
import stat
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.doctor.ground import MORNING, ClockAt, environment, ground_of
from tests.e2e.canary import Canaries
from tests.store.support import TOKEN_TEXT, foreign_lock, opened, slot, token
from tests.unit.environments import GOOD
from vega_terminal import __version__
from vega_terminal.diagnostics.bundle import KEPT, write_bundle
from vega_terminal.doctor.findings import Finding, Verdict
from vega_terminal.doctor.ground import Ground
from vega_terminal.domain.errors import StorageError
from vega_terminal.engine.ports.audit import AuditEntry, AuditKind
from vega_terminal.store.audit.checkpoint import AuditCheckpoint
from vega_terminal.store.audit.trail import SqliteAuditTrail

SECRETS = {
    "UPSTOX_CLIENT_ID_PRIMARY": "canary-client-id-of-primary",
    "UPSTOX_CLIENT_SECRET_PRIMARY": "canarysecret1",
    "UPSTOX_MOBILE_NUMBER": "9812345670",
    "UPSTOX_PIN": "736154",
    "UPSTOX_TOTP_SECRET": "JBSWY3DPEHPK3PXPCANARY22",
    "VEGA_REDIS_URL": "rediss://operator:canary-of-redis@cache.example:6379/0",
}
UNKNOWN_KEY = {"UPSTOX_PINN": "canary-of-a-mistyped-key"}
OTHER_SECRETS = {
    "one-time password": "493817",
    "authorization code": "mk404x",
    "address": "alice@example.com",
}
CLOCK = ClockAt(MORNING)


def canaries(folder: Path) -> Canaries:
    found = Canaries()
    for text in (*SECRETS.values(), "canary-of-redis"):
        found.note("setting", text)
    found.note("access token", TOKEN_TEXT)
    for what, text in OTHER_SECRETS.items():
        found.note(what, text)
    found.note("vault key", (folder / "key").read_text().strip())
    found.note("user of the broker", "AB1234")
    found.note("user of the system", "trader-canary")
    return found


def write_log(folder: Path) -> None:
    """A log into which everything was written that must never be."""
    logs = folder / "data" / "logs"
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = (folder / "key").read_text().strip()
    said = [
        *(
            f"the value is {text}, again {base64.b64encode(text.encode()).decode()}"
            for text in SECRETS.values()
        ),
        f"issued {TOKEN_TEXT} to AB1234",
        "redirected to https://127.0.0.1/cb?code=mk404x&state=canary",
        "typed OTP 493817 of 98123 45670, mail alice@example.com",
        f"key {key}",
        f"quoted {json.dumps(key)}",
    ]
    lines = [json.dumps({"at": "2026-10-06T04:00:00.123456+00:00", "text": text}) for text in said]
    lines.append("no JSON, canary-of-a-mistyped-key and 736154")
    filler = [json.dumps({"text": f"line {number} of many"}) for number in range(600)]
    (logs / "vega.log").write_text("\n".join([*filler, *lines]) + "\n")
    (logs / "login-20261006T040000123456Z-PRIMARY.json").write_text('{"url": "canary"}')
    (logs / "something-else.json").write_text("{}")


async def full_machine(folder: Path) -> Ground:
    """A store with a token and a trail, and a log full of secrets."""
    async with opened(folder, notices=[]) as store:
        await store.tokens.save(token(slot("PRIMARY", SECRETS["UPSTOX_CLIENT_ID_PRIMARY"])))
        checkpoint = AuditCheckpoint(folder / "data", store.key)
        trail = SqliteAuditTrail(store.database, store.key, CLOCK, store.journal, checkpoint)
        await trail.append([entry(timedelta(days=3), "too old"), entry(timedelta(hours=3), "kept 493817")])
    write_log(folder)
    return ground_of(environment(folder, **SECRETS), clock=CLOCK)


def entry(ago: timedelta, message: str) -> AuditEntry:
    detail = {"login": "…5670", "by": "trader-canary", "message": message}
    return AuditEntry(MORNING - ago, AuditKind.SIGN_IN, "trader-canary via cli", None, "PRIMARY", detail)


def contents(bundle: Path) -> dict[str, str]:
    with zipfile.ZipFile(bundle) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def as_document(text: str) -> Any:
    return json.loads(text)


FOUND = Finding("Database", Verdict.WARN, "The value is 736154.", "Nothing.", 0.1)


async def test_a_bundle_holds_what_helps(tmp_path: Path) -> None:
    texts = contents(await write_bundle(await full_machine(tmp_path), [FOUND]))
    assert as_document(texts["versions.json"])["vega-terminal"] == __version__
    assert "selenium" in as_document(texts["versions.json"])["libraries"]
    settings = as_document(texts["settings.json"])
    assert settings["set"]["VEGA_DATA_DIR"]["value"].endswith("/data")
    assert settings["inForce"]["apiBaseUrl"] == "https://api.upstox.com"
    assert settings["inForce"]["slots"][0]["totpSet"] is True
    assert as_document(texts["status.json"])["tokens"][0]["expiresAt"] == "2026-10-07T03:30:00+05:30"
    assert as_document(texts["doctor.json"])[0]["verdict"] == "WARN"
    assert len(texts["vega.log"].splitlines()) == 500
    assert "line 599 of many" in texts["vega.log"]
    (record,) = map(as_document, texts["audit.jsonl"].splitlines())
    assert (record["kind"], record["slot"]) == ("SIGN_IN", "PRIMARY")
    assert record["detail"]["message"].startswith("kept ")
    assert as_document(texts["pages.json"]) == ["login-20261006T040000123456Z-PRIMARY.json"]


async def test_no_secret_is_in_it_whatever_was_written_to_the_log(tmp_path: Path) -> None:
    ground = await full_machine(tmp_path)
    known = canaries(tmp_path)
    assert known.found_in((tmp_path / "data" / "logs" / "vega.log").read_bytes())
    bundle = await write_bundle(ground, [FOUND])
    for name, text in contents(bundle).items():
        assert known.found_in(text.encode()) == set(), name
    assert known.found_in(bundle.read_bytes()) == set()


async def test_no_secret_is_in_it_when_the_settings_are_wrong(tmp_path: Path) -> None:
    await full_machine(tmp_path)
    ground = ground_of(environment(tmp_path, **SECRETS, **UNKNOWN_KEY), clock=CLOCK)
    assert ground.settings is None
    texts = contents(await write_bundle(ground, [FOUND]))
    known = canaries(tmp_path)
    known.note("setting", UNKNOWN_KEY["UPSTOX_PINN"])
    assert known.found_in("".join(texts.values()).encode()) == set()
    assert "UPSTOX_PINN" in texts["settings.json"]
    assert "unknown" in as_document(texts["status.json"])


async def test_a_secret_that_is_too_short_to_be_searched_for_is_masked_where_it_is_set(
    tmp_path: Path,
) -> None:
    ground = ground_of(environment(tmp_path, UPSTOX_CLIENT_SECRET_PRIMARY="q7w"))
    settings = contents(await write_bundle(ground, []))["settings.json"]
    assert "UPSTOX_CLIENT_SECRET_PRIMARY" in settings
    assert "q7w" not in settings


async def test_only_its_owner_can_read_it_and_only_so_many_stay(tmp_path: Path) -> None:
    ground = ground_of({**GOOD, **environment(tmp_path)})
    bundles = [await write_bundle(ground, []) for _ in range(KEPT + 2)]
    folder = tmp_path / "data" / "diagnostics"
    assert sorted(folder.iterdir()) == bundles[2:]
    for path in (folder, *bundles[2:]):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


async def test_a_held_database_does_not_keep_it_from_being_written(tmp_path: Path) -> None:
    await full_machine(tmp_path)
    ground = ground_of(environment(tmp_path, **SECRETS, VEGA_DB_BUSY_ATTEMPTS="1"), clock=CLOCK)
    with foreign_lock(tmp_path / "data"):
        texts = contents(await write_bundle(ground, [FOUND]))
    assert "is held by" in as_document(texts["status.json"])["unknown"]
    assert canaries(tmp_path).found_in(texts["vega.log"].encode()) <= {"user of the broker"}


async def test_the_status_of_whoever_runs_counts(tmp_path: Path) -> None:
    ground = ground_of(environment(tmp_path))
    texts = contents(await write_bundle(ground, [], {"state": "COOLDOWN"}))
    assert as_document(texts["status.json"]) == {"state": "COOLDOWN"}


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(StorageError, match="VEGA_DATA_DIR"):
        await write_bundle(ground_of(environment(tmp_path)), [])
