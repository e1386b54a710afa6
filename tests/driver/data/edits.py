"""Edits of files: a line each, made by a seed, done to a folder."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.driver.data import bytes_of, kinds
from tests.driver.data.values import TOML_VALUES, VALUES

JSON_ENDS = (".json", ".jsonl", ".draft", ".queue")
DERIVED = (".lock",)
_MORE = {"sessions": 30, "drafts": 10, "trash": 10, "llmtui": 16, "presets": 6}
"""How often folders come; others rarely."""


class Edit(NamedTuple):
    """One thing done to one file: ``str`` of it is a line, ``read`` takes it back."""

    verb: str
    path: str
    """Below the root."""
    argument: str = ""
    """What the verb takes, as JSON."""

    def __str__(self) -> str:
        return f"{self.verb} {json.dumps(self.path)} {self.argument}".rstrip()

    @classmethod
    def read(cls, line: str) -> Edit:
        verb, _, rest = line.strip().partition(" ")
        path, end = json.JSONDecoder().raw_decode(rest)
        return cls(verb, path, rest[end:].strip())

    def do(self, root: Path, outside: Path) -> None:
        """Do it; nothing where it cannot be done. ``outside`` is another folder."""
        path = root / self.path
        value = json.loads(self.argument) if self.argument else None
        if self.verb in kinds.VERBS:
            kinds.VERBS[self.verb](path, outside, value)
        elif path.is_file() and not path.is_symlink():
            before = path.stat().st_mtime
            path.write_bytes(bytes_of.VERBS[self.verb](path.read_bytes(), value))
            os.utime(path, (before + 1, before + 1))  # it is at rest still


class Maker:
    """Makes edits of the files that there are; the same ones for the same seed."""

    def __init__(self, seed: int, root: Path) -> None:
        self.random = random.Random(seed)
        found = sorted(root.rglob("*"))
        self._files = [p for p in found if p.is_file() and p.suffix not in DERIVED]
        self._folders = [p for p in found if p.is_dir()]
        self._root = root
        parts: dict[str, list[Path]] = {}
        for path in self._files:
            parts.setdefault(path.relative_to(root).parts[-2], []).append(path)
        self._parts = list(parts.values())
        self._weights = [_MORE.get(part, 2) for part in parts]
        self._makes: dict[Callable[[Path], Edit], int] = {
            self._flip: 8,
            self._cut: 8,
            self._insert: 8,
            self._whole: 6,
            self._value: 30,
            self._name: 8,
            self._kind: 12,
        }

    def edits(self, count: int) -> list[Edit]:
        """So many, of files chosen anew each time."""
        return [self._one() for _ in range(count)]

    def _one(self) -> Edit:
        folder = self.random.choices(self._parts, self._weights)[0]
        path = self.random.choice(folder)
        makes, weights = list(self._makes), list(self._makes.values())
        return self.random.choices(makes, weights)[0](path)

    def _edit(self, verb: str, path: Path, *argument: object) -> Edit:
        words = json.dumps(argument) if argument else ""
        return Edit(verb, str(path.relative_to(self._root)), words)

    def _at(self, path: Path) -> int:
        return self.random.randrange(path.stat().st_size + 1)

    def _flip(self, path: Path) -> Edit:
        bits = self.random.randrange(1, 256)
        return self._edit("flip", path, self._at(path), bits)

    def _cut(self, path: Path) -> Edit:
        at = self._at(path)
        some = self.random.choice((1, 2, 16, 300, 10**9))
        return self._edit("cut", path, at, some)

    def _insert(self, path: Path) -> Edit:
        what = self.random.choice(bytes_of.INSERTED)
        return self._edit("insert", path, self._at(path), what)

    def _whole(self, path: Path) -> Edit:
        return self._edit(self.random.choice(bytes_of.WHOLE), path)

    def _value(self, path: Path) -> Edit:
        place = self.random.random()
        if path.suffix == ".toml":
            value = self.random.choice(TOML_VALUES)
            return self._edit("toml", path, place, value)
        if path.suffix not in JSON_ENDS:
            return self._insert(path)
        return self._edit("value", path, place, self.random.choice(VALUES))

    def _name(self, path: Path) -> Edit:
        """Something of the tree: ids, parents, keys."""
        if path.suffix not in JSON_ENDS:
            return self._cut(path)
        verb = self.random.choice(("same", "without", "twice", "renamed"))
        return self._edit(verb, path, self.random.random(), self.random.random())

    def _kind(self, path: Path) -> Edit:
        """Something else in its place; now and then in that of its folder."""
        if self.random.random() < 0.3:
            path = self.random.choice(self._folders)
        return self._edit(self.random.choice(list(kinds.VERBS)), path)


def do_all(edits: Sequence[Edit], root: Path, outside: Path) -> None:
    """One after the other."""
    for edit in edits:
        edit.do(root, outside)
