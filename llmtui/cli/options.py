"""Reading a command line by a table of options: a small parser of our own.

The same table makes the parser, the help and the completion of shells. An
option means the same before and after the verb, and the parser is light enough
to run before the first frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from llmtui.human import nearest


class UsageError(Exception):
    """A command line that cannot be meant; ``str()`` says why and what would do."""


class Option(NamedTuple):
    """One option, for as many verbs as name it."""

    names: tuple[str, ...]
    """As typed: ``("-m", "--model")``; the last one is what sentences call it."""
    help: str
    value: str = ""
    """What its value is called in the help, "" for a switch."""
    optional: Callable[[str], bool] | None = None
    """Says whether the next word is its value, for those that may have none."""
    stores: str = ""
    """What a switch stores."""
    key: str = ""
    """Under which name it is stored, if not its own."""

    @property
    def dest(self) -> str:
        return self.key or self.names[-1].removeprefix("--")

    @property
    def shown(self) -> str:
        """As the help shows it: ``-m, --model MODEL``."""
        names = ", ".join(self.names)
        if not self.value:
            return names
        return f"{names} [{self.value}]" if self.optional else f"{names} {self.value}"


class Parsed(NamedTuple):
    """A command line that was understood."""

    words: tuple[str, ...]
    """What is no option, the verb among them."""
    values: Mapping[str, tuple[str, ...]]
    """What was given for each option, in order; a bare switch gives ""."""

    def given(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, default: str = "") -> str:
        """The last value given; a later one wins."""
        return self.values[name][-1] if name in self.values else default

    def many(self, name: str) -> tuple[str, ...]:
        return self.values.get(name, ())


def parse(
    argv: Sequence[str],
    options: Sequence[Option],
    optional_words: Callable[[str], bool] = lambda word: True,
    own: Callable[[str], Sequence[Option]] = lambda word: (),
) -> Parsed:
    """Read ``argv``; raises ``UsageError``.

    ``optional_words`` says of a word whether it may be an optional value at
    all: a verb is not. ``own`` gives the options of the verb that the first
    word is; from there on they go before others of the same name.

    >>> table = [
    ...     Option(("-m", "--model"), "", "MODEL"),
    ...     Option(("--think",), "", "LEVEL", lambda word: word in ("low", "high")),
    ... ]
    >>> found = parse(["-mx", "ask", "--think", "hi", "--model=y", "--", "-a"], table)
    >>> found.words, found.text("model"), found.values["think"]
    (('ask', 'hi', '-a'), 'y', ('',))
    >>> parse(["--modle", "x"], table)
    Traceback (most recent call last):
    llmtui.cli.options.UsageError: there is no option '--modle'; did you mean '--model'?
    """
    by_name = _by_name(options)
    words: list[str] = []
    values: dict[str, tuple[str, ...]] = {}
    rest = list(reversed(argv))
    while rest:
        word = rest.pop()
        if word == "--":
            words.extend(reversed(rest))
            break
        if not word.startswith("-") or word == "-":
            if not words:
                by_name |= _by_name(own(word))
            words.append(word)
            continue
        name, value, more = _split(word, by_name)
        rest += [more] if more else []
        option = by_name.get(name)
        if option is None:
            raise UsageError(near(f"there is no option {name!r}", name, by_name))
        if value is not None and not option.value:
            raise UsageError(f"{name} takes no value, but got {value!r}")
        if option.value and value is None:
            value = _next(option, name, rest, optional_words)
        stored = option.stores if value is None else value
        values[option.dest] = (*values.get(option.dest, ()), stored)
    return Parsed(tuple(words), values)


def _by_name(options: Iterable[Option]) -> dict[str, Option]:
    """The options by each of their names; the first one has it, where two do."""
    found: dict[str, Option] = {}
    for option in options:
        for name in option.names:
            found.setdefault(name, option)
    return found


def near(words: str, name: str, known: Iterable[str]) -> str:
    """A sentence about an unknown name, with the nearest known one or where to look.

    >>> near("there is no verb 'lsit'", "lsit", ["list", "ps"])
    "there is no verb 'lsit'; did you mean 'list'?"
    """
    found = nearest(name, known)
    return f"{words}; did you mean {found!r}?" if found else f"{words}; {_SEE}"


_SEE = "llmtui --help shows all"


def _split(word: str, by_name: Mapping[str, Option]) -> tuple[str, str | None, str]:
    """The option's name, a value glued to it, and what remains of a cluster."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return name, value if equals else None, ""
    name, glued = word[:2], word[2:]
    option = by_name.get(name)
    if not glued or option is None:
        return (name if option else word), None, ""
    if option.value:
        return name, glued.removeprefix("="), ""
    return name, None, "-" + glued


def _next(
    option: Option, name: str, rest: list[str], may_be: Callable[[str], bool]
) -> str | None:
    """The next word as the option's value, None if it has none and needs none."""
    if option.optional is not None:
        if rest and may_be(rest[-1]) and option.optional(rest[-1]):
            return rest.pop()
        return None
    if not rest:
        raise UsageError(f"{name} needs a value: {name} {option.value}")
    return rest.pop()
