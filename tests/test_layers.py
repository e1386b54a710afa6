"""The walls of the house that linting cannot see."""

from __future__ import annotations

import json
import subprocess
import sys

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
    }
    assert not slow & loaded


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
