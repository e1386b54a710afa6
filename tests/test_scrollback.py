"""The terminal's own screen, which may be gone when it is to be shown."""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace

import pytest

from llmtui.ui.scrollback import keys_only


def test_a_terminal_that_goes_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = os.openpty()
    terminal = SimpleNamespace(isatty=lambda: True, fileno=lambda: slave)
    monkeypatch.setattr(sys, "stdin", terminal)
    with keys_only():
        os.close(master)
    with keys_only():
        pass
    os.close(slave)
