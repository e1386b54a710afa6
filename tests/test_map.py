"""The map of the house is of this house, and so is the guide for who works on it."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from llmtui.hosts import parse_host
from tests.support.record import record
from tests.support.recording import FOLDER
from tests.support.server import ServerThread

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "llmtui"
MAP = (PACKAGE / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text of the map below one of its titles."""
    return MAP.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def quoted(text: str) -> list[str]:
    """What stands in backquotes, outside of fences."""
    plain = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"`([^`\n]+)`", plain)


def folders() -> set[str]:
    """Every folder of the package, and the modules that stand in none."""
    found = {path.parent for path in PACKAGE.rglob("*.py")} - {PACKAGE}
    names = {f"{path.relative_to(PACKAGE).as_posix()}/" for path in found}
    return names | {path.name for path in PACKAGE.glob("[!_]*.py")}


def test_every_room_is_on_the_map() -> None:
    rooms = set(quoted(section("Rooms")))
    assert folders() - rooms == set()


@pytest.mark.parametrize("text", [MAP, GUIDE], ids=["map", "guide"])
def test_every_path_that_is_named_is_there(text: str) -> None:
    looks = re.compile(r"[\w.]+(/[\w.]*)+|\w+\.(py|tcss)")
    paths = {words for words in quoted(text) if looks.fullmatch(words)}
    homes = (PACKAGE, ROOT)
    assert paths
    assert [p for p in paths if not any((home / p).exists() for home in homes)] == []


def test_every_class_that_is_named_is_there() -> None:
    known: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                inside = {getattr(child, "name", "") for child in node.body}
                known.setdefault(node.name, set()).update(inside)
    for name in quoted(MAP):
        if re.fullmatch(r"[A-Z][a-z]\w*(\.\w+)?", name):
            owner, _, member = name.partition(".")
            assert owner in known, name
            assert not member or member in known[owner], name


def test_the_walls_are_those_that_are_checked() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    [layers] = [c["layers"] for c in contracts if c["type"] == "layers"]
    drawn = section("Walls").partition("```\n")[2].partition("\n```")[0]
    assert drawn.split("\n") == layers


def test_every_verb_of_the_guide_can_be_run() -> None:
    for module in re.findall(r"python -m (tests[\w.]+)", GUIDE):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()


def test_a_server_can_be_recorded() -> None:
    with ServerThread() as server:
        url = parse_host(server.url).url
        whole = record(url, "GET", "/api/tags")
        body = {"model": "smollm2", "messages": [{"role": "user", "content": "Hi"}]}
        cut = record(url, "POST", "/api/chat", body, cut=1)
    assert set(whole) == {"request", "response"}
    assert whole["response"]["ended"] == "eof"
    assert "smollm2" in "".join(text for _, text in whole["response"]["chunks"])
    assert cut["request"] == {"method": "POST", "path": "/api/chat", "body": body}
    assert (cut["response"]["ended"], len(cut["response"]["chunks"])) == (
        "closed by client",
        1,
    )
    assert any(FOLDER.iterdir())
