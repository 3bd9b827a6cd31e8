"""Writes the diagnostics bundle: one zip in the data folder, for its owner alone, fit to be handed on."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from vega_terminal.diagnostics.documents import audit_document, page_bundles, settings_document, versions
from vega_terminal.diagnostics.log_tail import log_tail
from vega_terminal.diagnostics.redaction import Json, Redactor
from vega_terminal.diagnostics.secrets import known_secrets
from vega_terminal.diagnostics.stored_status import stored_status
from vega_terminal.doctor.database_reading import read_audit
from vega_terminal.doctor.evidence import Evidence
from vega_terminal.doctor.findings import Finding, in_sentences
from vega_terminal.doctor.ground import Ground
from vega_terminal.doctor.once import aside
from vega_terminal.domain.document import status_document
from vega_terminal.domain.errors import StorageError
from vega_terminal.private_files import make_folder, replace_file

FOLDER: Final = "diagnostics"
KEPT: Final = 5
"""So many bundles stay; older ones are removed."""
_NAMES: Final = "vega-diagnostics-*.zip"
_AUDIT_SPAN: Final = timedelta(days=2)
_AUDIT_RECORDS: Final = 2_000
_READ_ME: Final = """\
Diagnostics of VEGA Terminal.

versions.json   the product, Python, the system, every library
settings.json   what is set; secrets are masked
status.json     the status document
doctor.json     what the doctor found
vega.log        the last 500 lines of the log
audit.jsonl     the audit trail of the last two days, without who acted
pages.json      names of the records of login pages that were not understood

Taken out: tokens, keys, secrets, PINs, one-time passwords, authorization codes, mobile numbers, e-mail
addresses, names of users, and whatever looks like one of these. Look through it before handing it on.
"""


async def write_bundle(
    ground: Ground, findings: Sequence[Finding], status: Mapping[str, Any] | None = None
) -> Path:
    """Write the bundle, and remove all but the newest five.

    Args:
        ground: what the examination stood on.
        findings: what it found.
        status: the status document of whoever runs; None reads what is stored.

    Returns:
        Where it lies.

    Raises:
        StorageError: it cannot be written.
    """
    evidence = Evidence(ground)
    try:
        redactor = Redactor(await known_secrets(ground, evidence), _home())
        shown = status if status is not None else await _status(evidence)
        audit = await _audit(evidence)
    finally:
        await evidence.close()
    tell = [finding.document() for finding in findings]
    make = partial(_texts, ground, redactor, {"doctor": tell, "status": shown}, audit)
    texts = await aside(make, ground.clock)
    return await aside(partial(_save, ground.data_dir / FOLDER, texts, ground.clock.now()), ground.clock)


def _home() -> Path | None:
    with suppress(RuntimeError):  # a user without an entry in the system's list and without HOME
        return Path.home()
    return None


async def _status(evidence: Evidence) -> Mapping[str, Any]:
    roster = evidence.ground.roster
    if roster is None:
        return {"unknown": "The settings are wrong."}
    try:
        status = await stored_status(evidence, roster)
    except (StorageError, OSError) as error:
        return _unreadable(error)
    return status_document(status, evidence.ground.clock.now())


async def _audit(evidence: Evidence) -> list[dict[str, Any]]:
    clock = evidence.ground.clock
    since = clock.now() - _AUDIT_SPAN
    try:
        await evidence.database()  # tells a held or damaged one in words
        lines = await aside(partial(read_audit, evidence.database_path, since, _AUDIT_RECORDS), clock)
    except (StorageError, OSError) as error:
        return [_unreadable(error)]
    return [audit_document(line) for line in lines]


def _unreadable(error: Exception) -> dict[str, Any]:
    return {"unknown": in_sentences(str(error))[0] or type(error).__name__}


def _texts(
    ground: Ground, redactor: Redactor, told: Mapping[str, Json], audit: Sequence[dict[str, Any]]
) -> dict[str, str]:
    """Every file of the bundle, redacted. Blocks."""
    logs = ground.data_dir / "logs"
    return {
        "README.txt": _READ_ME,
        "versions.json": _json(versions()),
        "settings.json": _json(redactor.document(settings_document(ground))),
        "status.json": _json(redactor.document(told["status"])),
        "doctor.json": _json(redactor.document(told["doctor"])),
        "vega.log": log_tail(logs / "vega.log", redactor),
        "audit.jsonl": "".join(f"{json.dumps(redactor.document(record))}\n" for record in audit),
        "pages.json": _json(page_bundles(logs)),
    }


def _json(document: Json) -> str:
    return json.dumps(document, indent=2) + "\n"


def _save(folder: Path, texts: Mapping[str, str], now: datetime) -> Path:
    """Put the zip in place whole, 0600, and remove older ones. Blocks."""
    path = folder / f"vega-diagnostics-{now:%Y%m%dT%H%M%S%f}Z.zip"
    try:
        make_folder(folder)
        replace_file(path, _zipped(texts))
        for old in sorted(folder.glob(_NAMES))[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"The diagnostics bundle cannot be written to {folder} ({error.strerror}). Give your user the"
            " right to write there, or set VEGA_DATA_DIR to another folder."
        ) from error
    return path


def _zipped(texts: Mapping[str, str]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in texts.items():
            bundle.writestr(name, text)
    return content.getvalue()
