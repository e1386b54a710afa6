"""What can be around a command line: locales, homes, folders, handles, servers."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.driver.data.folders import places_in

KINDS = {
    "locale": (
        "LC_ALL=C",
        "LC_ALL=POSIX",
        "LC_ALL=nonsense",
        "LC_ALL=de_DE.ISO-8859-1",
        "LANG=",
        "PYTHONIOENCODING=latin-1",
        "PYTHONIOENCODING=ascii",
        "PYTHONIOENCODING=utf-16",
        "PYTHONIOENCODING=cp1252:strict",
        "PYTHONUTF8=0",
    ),
    "terminal": ("TERM=", "TERM=dumb", "TERM=nonsense", "NO_COLOR=1", "COLUMNS=x"),
    "home": ("none", "empty", "missing", "file", "read-only", "relative", "bare"),
    "cwd": ("deleted", "read-only", "folder"),
    "stdin": ("closed", "text", "bytes", "long", "terminal"),
    "stdout": ("closed", "full", "broken", "file", "terminal"),
    "stderr": ("closed", "full", "broken", "terminal"),
    "server": ("down", "html", "garbage", "silent", "error", "cut", "empty", "odd"),
    "variable": (
        "OLLAMA_HOST=http://[",
        "OLLAMA_HOST=\udcff",
        "LLMTUI_MODEL=",
        "LLMTUI_THINK=sideways",
        "LLMTUI_KEEP_ALIVE=x",
        "LLMTUI_THEME=none",
        "EDITOR=",
        "EDITOR=false",
        "EDITOR=nothing-of-this-name",
        "EDITOR='",
        "HTTP_PROXY=nonsense",
        "ALL_PROXY=socks5://127.0.0.1:1",
        "SSL_CERT_FILE=nowhere",
        "TZ=nonsense",
        "TMPDIR=/nowhere",
        "XDG_CONFIG_HOME=relative",
    ),
}
"""Of each part what is unusual; every one may be as usual too."""

PYTHON = ("PYTHONPATH", "PYTHONHOME", "PYTHONWARNINGS")


class Sandbox:
    """The folders of one run."""

    def __init__(self, root: Path, template: Path) -> None:
        self.root = root
        self.home, self.cwd, self.outside = (
            root / "home",
            root / "cwd",
            root / "outside",
        )
        shutil.copytree(template, self.home)
        (self.home / "tmp").mkdir()
        self.outside.mkdir()
        (self.outside / "x").write_text("it is not ours")
        _fill(self.cwd)

    @property
    def outsiders(self) -> dict[Path, bytes]:
        """What must stay as it is."""
        beside = dict.fromkeys(self.root.iterdir(), b"")
        return beside | {p: p.read_bytes() for p in self.outside.iterdir()}

    @property
    def crashes(self) -> list[Path]:
        """Files with tracebacks that it left."""
        return sorted(self.root.rglob("crash-*.txt"))

    def environment(self, home: str, usual: dict[str, str]) -> dict[str, str]:
        """The variables of a user whose home is of a kind."""
        env = usual | {"HOME": str(self.home), "TMPDIR": str(self.home / "tmp")}
        for name, place in places_in(self.home)._asdict().items():
            env[f"XDG_{name.upper()}_HOME"] = str(place.parent)
        if home in ("", "none", "empty"):
            # Without a home, or it would be the one of the user who runs this.
            return {k: v for k, v in env.items() if k != "HOME" or not home} | (
                {"HOME": ""} if home == "empty" else {}
            )
        env = {k: v for k, v in env.items() if not k.startswith("XDG_")}
        match home:
            case "file":
                (self.home / "file").write_text("")
            case "bare":
                (self.home / "bare").mkdir()
            case "read-only":
                (self.home / "read-only").mkdir(mode=0o500)
        return env | {"HOME": home if home == "relative" else str(self.home / home)}


def _fill(cwd: Path) -> None:
    cwd.mkdir()
    (cwd / "folder").mkdir()
    (cwd / "note.txt").write_text("a note\n" * 20)
    (cwd / "Modelfile").write_text("FROM smollm2\nSYSTEM Be brief.\n")
    (cwd / "schema.json").write_text('{"type": "object"}')
    (cwd / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    (cwd / "export.json").write_text('[{"mapping": {}, "title": 5}]')
    for device in ("null", "full", "zero"):
        (cwd / device).symlink_to(f"/dev/{device}")
    os.mkfifo(cwd / "pipe")
    (cwd / "tiny.gguf").write_bytes(b"GGUF" + bytes(20))
