"""What every test gets: a scrubbed environment and folders of its own."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

from llmtui.places import Places
from tests.support.real_model import real_places as real_places
from tests.support.real_model import real_weights as real_weights
from tests.support.server import server as server

# A slow machine is no fault of the program.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")

_PREFIXES = ("OLLAMA_", "LLMTUI_", "OPENAI_", "XDG_")
_NAMES = {
    "NO_COLOR",
    "COLORTERM",
    "EDITOR",
    "VISUAL",
    "COLUMNS",
    "LINES",
    "TMUX",
    "STY",
}


@pytest.fixture(autouse=True)
def scrubbed_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the person who runs the tests reaches them, nor theirs a file."""
    for name in list(os.environ):
        if (
            name.startswith(_PREFIXES)
            or name in _NAMES
            or name.lower().endswith("_proxy")
        ):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    for name in ("DATA", "CONFIG", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Empty folders; nothing is created yet."""
    root = tmp_path / "places"
    return Places(
        data=root / "data",
        config=root / "config",
        cache=root / "cache",
        state=root / "state",
    )
