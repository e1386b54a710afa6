"""Makes command lines of the table of verbs; the same ones for the same seed."""

from __future__ import annotations

import random

from llmtui.cli.options import Option
from llmtui.cli.table import APP, VERBS, Verb, options_of
from llmtui.cli.verb_options import HOST_ACTIONS, SESSION_ACTIONS
from tests.driver.lines.line import Line
from tests.driver.lines.surroundings import KINDS

ACTIONS = {
    "sessions": SESSION_ACTIONS,
    "hosts": HOST_ACTIONS,
    "config": ("path", "show", "edit"),
    "keys": ("list",),
    "completion": ("bash", "zsh", "fish"),
}
GOOD = {
    "MODEL": ("smollm2", "mistral:7b", "none"),
    "NAME": ("smollm2", "mistral:7b", "review", "box"),
    "HOST": ("box", "local", "http://127.0.0.1:1", "other"),
    "ID": ("20261128T100000000-s1", "s2", "2026"),
    "NAME=VALUE": ("temperature=0.5", "seed=3", "stop=x", "x=y"),
    "LEVEL": ("low", "on", "q4_K_M"),
    "SPAN": ("5m", "-1", "0"),
    "json|SCHEMA.json": ("json", "schema.json", "{}"),
    "FILE": ("note.txt", "Modelfile", "picture.png", "export.json", "-"),
    "FILE|GLOB|FOLDER": ("note.txt", "*.txt", ".", "folder"),
    "FILE.gguf": ("tiny.gguf", "none.gguf"),
    "URL": ("http://127.0.0.1:1/", "http://127.0.0.1:1", "-"),
    "WHEN": ("auto", "always", "never"),
    "N": ("0", "1", "65536"),
    "NUMBER": ("0", "1", "5"),
    "FORMAT": ("md", "html", "json", "text"),
    "KIND": ("ollama", "openai", "local"),
    "COMMAND": ("true", "false", "nothing-of-this-name"),
    "NAME:VALUE": ("X-A: b", "X-A:$HOME"),
    "TEXT": ("Be brief.",),
}
WORDS = ("hello", "smollm2", "s1", "20261128T100000000-s2", "a script's", "note.txt")
ODD = (
    "",
    " ",
    "-",
    "--",
    "---",
    "-x",
    "--no-such-option",
    "=",
    "a=",
    "=b",
    "\x1b[2J",
    "a\nb",
    "\udcff\udcfe",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape"),
    "größe",
    "日本語",
    "👩‍👩‍👧‍👦",
    "x" * 5000,
    "9" * 5000,
    "-1",
    "1e999",
    "nan",
    "0x10",
    "²",
    "٣",
    "..",
    "../outside/x",
    "nowhere/at/all",
    "null",
    "full",
    "zero",
    "folder",
    "pipe",
    "[",
    "{",
    "[b]",
    "*",
    "?",
    "~",
    "~nobody-of-this-name/x",
    "%s",
    "http://[",
    "http://user:pass@127.0.0.1:1",
    "http://127.0.0.1:99999999",
    "openai+http://127.0.0.1:1",
    "hf.co/a/b",
    "registry.test/a/b:c",
)
"""Values that nobody expects. None names a place outside of the run's own folders:
devices are links in them, for who runs this as root has devices to lose."""


class Maker:
    """Of each verb about as many."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._verbs = [*VERBS, APP]

    def lines(self, count: int) -> list[Line]:
        return [self._line() for _ in range(count)]

    def _line(self) -> Line:
        verb = self.random.choice(self._verbs)
        words = self._arguments(verb)
        for _ in range(self.random.choice((0, 1, 1, 2, 3))):
            at = self.random.randrange(len(words) + 1)
            words[at:at] = self._option(verb)
        name = verb.name
        if verb.alias and self.random.random() < 0.5:
            name = verb.alias
        at = self.random.randrange(len(words) + 1) if self.random.random() < 0.1 else 0
        words[at:at] = [name] if name else []
        if self.random.random() < 0.05:
            words.insert(self.random.randrange(len(words) + 1), self._odd())
        return Line(tuple(words), self._around())

    def _arguments(self, verb: Verb) -> list[str]:
        most = verb.least + 2 if verb.most is None else verb.most
        count = self.random.randrange(verb.least, most + 1)
        if self.random.random() < 0.15:
            count = self.random.randrange(0, 4)
        found = [self._word() for _ in range(count)]
        actions = ACTIONS.get(verb.name)
        if actions and self.random.random() < 0.9:
            found[:1] = [self.random.choice(actions)]
        return found

    def _word(self) -> str:
        return self.random.choice(WORDS) if self.random.random() < 0.7 else self._odd()

    def _odd(self) -> str:
        return self.random.choice(ODD)

    def _option(self, verb: Verb) -> list[str]:
        known = options_of(verb)
        if self.random.random() < 0.1:
            known = options_of(self.random.choice(self._verbs))
        option = self.random.choice(known)
        name = self.random.choice(option.names)
        if self.random.random() < 0.03:
            name = name[:-1]
        if not option.value:
            return [name] if self.random.random() < 0.95 else [f"{name}=x"]
        value = self._value(option)
        if self.random.random() < 0.05:
            return [name]
        if self.random.random() < 0.2:
            return [f"{name}={value}"]
        return [name, value]

    def _value(self, option: Option) -> str:
        if self.random.random() < 0.4 and option.value != "COMMAND":
            return self._odd()
        return self.random.choice(GOOD[option.value])

    def _around(self) -> tuple[tuple[str, str], ...]:
        found = []
        for part, kinds in KINDS.items():
            if self.random.random() < 0.3:
                found.append((part, self.random.choice(kinds)))
        return tuple(found)
