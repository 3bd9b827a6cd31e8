"""Nobody opens the database as a file: in a process that has it open, later commits would be lost.

The rule: in `store/`, only the modules named here call anything that opens a file, and each of those has
other files in mind; elsewhere in the product nothing that names the database is opened. The one program
that opens a database file runs as a process of its own, and knows no SQLite.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import vega_terminal

ROOT = Path(vega_terminal.__file__).parent
OPENING = {
    *("open", "fdopen", "openat", "read_bytes", "read_text", "write_bytes", "write_text", "touch", "mkstemp"),
    *("copy", "copy2", "copyfile", "copyfileobj", "copytree", "move", "sendfile", "truncate"),
    *("open_new", "write_new", "replace_file"),
}
OWNERS = {"os", "io", "shutil", "tempfile", "builtins", "private_files"}
PATH_METHODS = {"read_bytes", "read_text", "write_bytes", "write_text", "touch", "open"}
ALLOWED = {
    "sqlite/custodian.py": "a process of its own, without SQLite, for a damaged database",
    "sqlite/preparation.py": "creates the database file before anybody uses it",
    "sqlite/mounts.py": "the kernel's table of mounts",
    "sqlite/lock_holder.py": "the kernel's table of locks, names of processes",
    "sqlite/repair_lock.py": "the lock file beside the database",
    "file_lock.py": "the lock files of login, journal and checkpoint",
    "login_holder.py": "who holds the login",
    "vault/key_file.py": "the file of the vault's key",
    "audit/checkpoint.py": "the checkpoint of the audit trail",
    "journal": "the journal",
}
DATABASE_WORDS = ("DATABASE_NAME", "database_path", "vega_trade")


def modules(folder: Path) -> Iterator[Path]:
    return folder.rglob("*.py")


def opening_calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls that open a file: by a builtin, by a module, or by a method of a path."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _opens(node.func):
            yield node


def _opens(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in OPENING
    if not isinstance(function, ast.Attribute) or function.attr not in OPENING:
        return False
    owner = function.value
    if isinstance(owner, ast.Name) and owner.id in OWNERS:
        return True
    # A path's method; the house's own `open` of a vault, an opener or a port takes or awaits something else.
    return function.attr in PATH_METHODS - {"open"} or (function.attr == "open" and _looks_like_path(owner))


def _looks_like_path(owner: ast.expr) -> bool:
    text = ast.unparse(owner).lower()
    return any(word in text for word in ("path", "file", "folder", "source", "copy", "target", "_table"))


def _place(path: Path) -> str:
    """Where in the store a module lives; of the journal all are one."""
    within = path.relative_to(ROOT / "store")
    return "journal" if within.parts[0] == "journal" else within.as_posix()


def test_only_the_named_modules_of_the_store_open_files() -> None:
    opening = {
        _place(path)
        for path in modules(ROOT / "store")
        if any(opening_calls(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert opening <= set(ALLOWED), f"{opening - set(ALLOWED)} open files; which ones, and why is it safe?"


def test_the_database_file_is_made_in_one_place_and_only_when_it_is_new() -> None:
    tree = ast.parse((ROOT / "store" / "sqlite" / "preparation.py").read_text(encoding="utf-8"))
    (call,) = opening_calls(tree)
    assert ast.unparse(call.func) == "os.open"
    (maker,) = (
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and call in ast.walk(node)
    )
    assert maker.name == "make_private"
    assert "os.O_CREAT | os.O_EXCL" in ast.unparse(maker)


def test_the_program_that_opens_a_damaged_database_knows_no_sqlite_and_nothing_of_the_house() -> None:
    tree = ast.parse((ROOT / "store" / "sqlite" / "custodian.py").read_text(encoding="utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
        )
    }
    assert not {name for name in imported if name and ("sqlite" in name or name.startswith("vega"))}


def test_nobody_outside_the_store_opens_what_is_named_after_the_database() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in modules(ROOT)
        if "store" not in path.relative_to(ROOT).parts
        for call in opening_calls(ast.parse(path.read_text(encoding="utf-8")))
        if any(word in ast.unparse(call) for word in DATABASE_WORDS)
    ]
    assert found == []


@pytest.mark.parametrize(
    "statement",
    [
        "open(path)",
        "path.open('rb')",
        "os.open(path, 0)",
        "path.read_bytes()",
        "Path(name).read_text()",
        "shutil.copy(path, other)",
        "copyfile(path, other)",
        "io.open(path)",
        "database.path.touch()",
        "write_new(path, content)",
        "private_files.replace_file(path, content)",
    ],
)
def test_the_rule_sees_every_way_to_open_a_file(statement: str) -> None:
    assert list(opening_calls(ast.parse(statement)))


@pytest.mark.parametrize("statement", ["vault.open(a, b, c)", "seal.open(frame)", "opener.open(pauses)"])
def test_the_rule_leaves_other_openings_alone(statement: str) -> None:
    assert not list(opening_calls(ast.parse(statement)))
