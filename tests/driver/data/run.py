"""Edits done to a copy of the files, a visit by a child process, and what is wrong."""

from __future__ import annotations

import codecs
import faulthandler
import json
import os
import resource
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.driver.data.edits import Edit, do_all
from tests.driver.data.folders import build, places_in
from tests.driver.data.verdict import Before, faults_of
from tests.driver.data.visit import Visit
from tests.driver.play import Fault

PATIENCE = 20.0
"""Seconds after which a visit counts as hung; it takes a fifth of one."""
SLOW = 6.0
"""Seconds that are too many; a half-written file is looked at again a few times."""
_MEMORY = 3 << 30
"""Bytes: a device that never ends must not take all of the machine's."""
NOBODY = 65534


class Outcome(NamedTuple):
    """How edits were borne."""

    faults: list[Fault]
    seconds: float


def run(template: Path, edits: Sequence[Edit], *, humble: bool = False) -> Outcome:
    """Do edits to a copy of ``template``, and have the program visit it.

    ``humble`` gives the child no rights of root, if it has them.
    """
    with tempfile.TemporaryDirectory() as folder:
        root, outside = edited(template, edits, Path(folder))
        if humble and os.geteuid() == 0:
            _give_away(Path(folder))
        before = Before.of(root, outside, {edit.path for edit in edits})
        began = time.monotonic()
        told = _in_child(root, Path(folder) / "stacks", humble)
        seconds = time.monotonic() - began
        return Outcome(faults_of(before, told, seconds > SLOW), seconds)


def edited(template: Path, edits: Sequence[Edit], folder: Path) -> tuple[Path, Path]:
    """A copy of ``template`` in a folder with edits done to it, and what is outside."""
    root, outside = folder / "home", folder / "outside"
    shutil.copytree(template, root, symlinks=True)
    outside.mkdir()
    do_all(edits, root, outside)
    return root, outside


def warm(root: Path) -> None:
    """Import all that a visit needs: nobody may read the program's own files."""
    for guessed in ("utf-16-be", "utf-16-le", "utf-32-be", "utf-32-le"):
        codecs.lookup(guessed)
    visit = Visit(build(root))
    visit.start()
    assert not visit.raised, visit.raised


def _give_away(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


def _in_child(root: Path, stacks: Path, humble: bool) -> dict[str, Any]:
    """What a visit by a forked child tells; where it hangs, if it does."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        _visit(root, stacks, humble, writer)
    os.close(writer)
    data = b""
    end = time.monotonic() + PATIENCE
    while (left := end - time.monotonic()) > 0:
        if not select.select([reader], [], [], left)[0]:
            break
        piece = os.read(reader, 1 << 16)
        if not piece:
            break
        data += piece
    os.close(reader)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if not data:
        return {"hung": stacks.read_text() if stacks.exists() else "it died"}
    return dict(json.loads(data))


def _visit(root: Path, stacks: Path, humble: bool, writer: int) -> None:
    """In the child: never returns."""
    code = 1
    try:
        with stacks.open("w") as file:
            faulthandler.dump_traceback_later(PATIENCE * 0.8, file=file)
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
            if humble and os.geteuid() == 0:
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            visit = Visit(places_in(root))
            visit.start()
            told = {
                "said": visit.said,
                "read": visit.read,
                "listed": sorted(visit.listed),
                "raised": visit.raised,
            }
            data = memoryview(json.dumps(told).encode())
            while data:
                data = data[os.write(writer, data) :]
            code = 0
    finally:
        os._exit(code)
