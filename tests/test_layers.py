"""The walls of the house that linting cannot see."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


def modules_after(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after ``statement``."""
    code = (
        f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)), end='')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def test_the_core_does_not_know_textual() -> None:
    loaded = modules_after(
        "import llmtui.jobs.reply, llmtui.jobs.core, llmtui.jobs.current_chat"
    )
    assert not {"textual", "rich"} & loaded


def test_the_app_is_painted_before_anything_slow_is_imported() -> None:
    loaded = modules_after("import llmtui.ui.app")
    slow = {
        "httpx",
        "markdown_it",
        "sqlite3",
        "pygments",
        "importlib.metadata",
        "secrets",
        "llmtui.providers.ollama",
        "llmtui.store.session_file",
        "llmtui.chat.message",
        "llmtui.ui.controls.chat",
    }
    assert not slow & loaded


PACKAGE = Path(__file__).parent.parent / "llmtui"

WRITES = {"write_text", "write_bytes", "mkdir", "makedirs", "fsync", "flock", "lockf"}
RENAMES = {("os", "replace"), ("os", "rename"), ("os", "renames"), ("shutil", "move")}
OPENS_TO_WRITE = re.compile(r"O_(CREAT|WRONLY|RDWR)|'[rbt]*[wax+][rwaxbt+]*'")
WRITERS = {
    "store/recovery.py": "a journal that it locks and reads",
    "store/journal.py": "one unbuffered write a chunk, on a handle of its own",
    "providers/local/lifeline.py": "/dev/null, in the child that it is to be",
    "providers/local/pip.py": "a scratch folder that pip works in",
    "cli/printer.py": "standard output",
    "cli/main.py": "/dev/null in the place of a closed standard handle",
    "cli/context.py": "/dev/null in the place of one that nobody reads",
}
"""Who else may write, and what."""


def writes(tree: ast.AST) -> Iterator[str]:
    """The calls in a module that make, replace or lock files."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Attribute(ast.Name(module), name) if (module, name) in RENAMES:
                yield f"{module}.{name}"
            case ast.Attribute(_, name) if name in WRITES:
                yield name
            case ast.Name("open") | ast.Attribute(_, "open"):
                if OPENS_TO_WRITE.search(call := ast.unparse(node)):
                    yield call


def test_one_room_does_all_the_writing() -> None:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        calls = list(writes(ast.parse(path.read_text(encoding="utf-8"))))
        if calls and not name.startswith("files/") and name not in WRITERS:
            found[name] = calls
    assert not found, "write with llmtui.files instead"


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_options_that_only_print_do_not_import_textual(option: str) -> None:
    loaded = modules_after(
        "import contextlib, io\n"
        "from llmtui.cli.main import main\n"
        "with contextlib.redirect_stdout(io.StringIO()),"
        " contextlib.suppress(SystemExit):\n"
        f"    main([{option!r}])"
    )
    assert not {"textual", "httpx"} & loaded
