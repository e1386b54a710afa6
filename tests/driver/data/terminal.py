"""The whole program on edited files, in a pseudo-terminal."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.driver.data.edits import Edit
from tests.driver.data.run import edited
from tests.driver.play import Fault
from tests.driver.window import ENTERED, TRACEBACK
from tests.support.terminal import CTRL_Q, ESC, Terminal

_KEYS = ("/sessions\r", ESC, "/trash\r", ESC, "/search w1w\r", ESC, "/preset ?\r", ESC)
"""Lists of what is on the disk, opened and left again."""


def start(template: Path, edits: Sequence[Edit]) -> list[Fault]:
    """Go on with the session last used, look at some lists, and leave."""
    with tempfile.TemporaryDirectory() as folder:
        root, _ = edited(template, edits, Path(folder))
        env = {"OLLAMA_HOST": "http://127.0.0.1:1"}
        with Terminal("-m", "llmtui", "-c", home=root, env=env) as terminal:
            return _faults(terminal)


def _faults(terminal: Terminal) -> list[Fault]:
    try:
        terminal.wait(lambda: ENTERED in terminal.raw or not terminal.alive)
        terminal.settle()
        for keys in _KEYS:
            terminal.type(keys)
            terminal.settle()
        for leaving in (ESC, CTRL_Q, ESC, CTRL_Q):
            if terminal.alive:
                terminal.type(leaving)
                terminal.settle()
        code = terminal.exit_code()
    except AssertionError as error:
        return [Fault("the program hangs", str(error))]
    except OSError:
        code = terminal.exit_code()
    found = []
    if TRACEBACK in terminal.raw:
        found.append(Fault("a traceback", terminal.text))
    if code or ENTERED not in terminal.raw:
        found.append(Fault(f"the program ended with {code}", terminal.text))
    return found
