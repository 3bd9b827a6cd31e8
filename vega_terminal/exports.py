"""Records as a file of JSON lines, for `vega-auth audit export` and for the terminal's lists."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vega_terminal.domain.errors import UsageError
from vega_terminal.engine.ports.audit import AuditRecord
from vega_terminal.private_files import make_folder, open_new


def record_document(record: AuditRecord) -> dict[str, Any]:
    """A record of the audit trail as JSON; a detail that was damaged stays the text that it is."""
    try:
        detail = json.loads(record.detail)
    except ValueError:
        detail = record.detail
    return {
        "seq": record.seq,
        "at": record.at,
        "kind": record.kind,
        "actor": record.actor,
        "executionId": record.execution_id,
        "slot": record.slot,
        "detail": detail,
        "generation": record.generation,
        "entryId": record.entry_id,
        "mac": record.mac,
    }


def harmless_json(document: object, indent: int | None = None) -> str:
    """JSON in ASCII without a single control byte besides line breaks between the values."""
    return json.dumps(document, indent=indent, ensure_ascii=True).replace("\x7f", "\\u007f")


def write_export(path: str, lines: Iterable[str]) -> None:
    """Write a new file, 0600. Blocks.

    Raises:
        UsageError: there is a file already, or none can be made there.
    """
    try:
        descriptor = open_new(Path(path))
    except FileExistsError as error:
        raise UsageError(f"{path} exists and is not overwritten. Choose another name, or move it.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}). Choose another place.") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
    except OSError as error:
        Path(path).unlink(missing_ok=True)
        raise UsageError(
            f"{path} could not be written to its end ({error.strerror}) and was removed. Make room, or choose"
            " another place."
        ) from error


def export_documents(folder: Path, name: str, documents: Iterable[object]) -> Path:
    """Write one JSON document a line to the new file `name` in `folder`, which is made 0700. Blocks.

    Raises:
        UsageError: there is a file of that name already, or none can be made there.
    """
    try:
        make_folder(folder)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made ({error.strerror}).") from error
    path = folder / name
    write_export(str(path), (f"{harmless_json(document)}\n" for document in documents))
    return path
