"""Completing a line that begins with a slash: names of commands, and their words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import isawaitable
from typing import TYPE_CHECKING, NamedTuple

from llmtui.chat.completion import Candidate, Offered, Wanted
from llmtui.commands.command import Argument, Command
from llmtui.commands.table import BY_SLASH, COMMANDS
from llmtui.slash import is_slash

if TYPE_CHECKING:
    from collections.abc import Awaitable

Words = Callable[[str, str], Offered]
"""The words of a kind of argument; the second text is what they depend on: the word
before for ``value``, the folder for ``file``."""

_TO_THE_END = ("session", "file", "preset")
"""Kinds whose words may have spaces."""


class _Place(NamedTuple):
    """Where an argument stands."""

    takes: tuple[Argument, ...]
    """What may stand there."""
    start: int
    """Its column."""
    rest: str
    """What is typed from there on."""
    before: tuple[str, ...]
    """The words between the slash name and it."""


def _nothing(kind: str, about: str) -> Offered:
    return ()


class SlashCompletion:
    """Knows the words of all commands."""

    def __init__(self, words: Words = _nothing) -> None:
        self.words = words
        self._place = _Place((), 0, "", ())

    def wanted(self, before: str, row: int) -> Wanted | None:
        if row or not is_slash(before):
            return None
        name, space, rest = before[1:].partition(" ")
        if not space:
            self._place = _Place((Argument(kind="command"),), 1, name, ())
            return Wanted("command", 1, name)
        command = BY_SLASH.get(name.lower())
        if command is None:
            return None
        self._place = place = _place(command, len(name) + 2, rest)
        if any(argument.kind == "file" for argument in place.takes):
            return self._file(command, place)
        kind = " ".join((command.id, *place.before))
        free = not place.takes or any(argument.free for argument in place.takes)
        return Wanted(kind, place.start, place.rest, free, _usage(name, command))

    def _file(self, command: Command, place: _Place) -> Wanted:
        """The last part of a path; other folders have other candidates."""
        folder, slash, name = place.rest.rpartition("/")
        kind = " ".join((command.id, *place.before, folder + slash))
        start = place.start + len(folder + slash)
        usage = _usage(command.slash[0], command)
        return Wanted(kind, start, name, True, usage)

    def candidates(self, wanted: Wanted) -> Offered:
        place = self._place
        folder = place.rest[: wanted.start - place.start]
        found: list[Candidate] = []
        later: list[Awaitable[Sequence[Candidate]]] = []
        for argument in place.takes:
            more = " " if argument.then else ""
            if argument.word and not folder:
                found.append(Candidate(argument.word, argument.about, more))
            elif argument.kind == "command":
                found += _commands("/" if place.before or place.start > 1 else "")
            elif argument.kind:
                about = folder if argument.kind == "file" else " ".join(place.before)
                offered = self.words(argument.kind, about)
                if isawaitable(offered):
                    later.append(offered)
                else:
                    found += [c._replace(end=c.end or more) for c in offered]
        return _together(found, later) if later else found


async def _together(
    found: list[Candidate], later: list[Awaitable[Sequence[Candidate]]]
) -> Sequence[Candidate]:
    for offered in later:
        found += await offered
    return found


def _commands(slash: str) -> list[Candidate]:
    return [
        Candidate(slash + name, command.title, " " if command.argument else "")
        for command in COMMANDS
        for name in command.slash
    ]


def _place(command: Command, start: int, rest: str) -> _Place:
    """Follow the words that are there to the one that is being typed."""
    takes = command.takes
    before: tuple[str, ...] = ()
    while takes:
        named = {argument.word: argument for argument in takes if argument.word}
        kinds = [argument for argument in takes if argument.kind]
        word, space, behind = rest.partition(" ")
        argument = named.get(word.lower()) or next(iter(kinds), None)
        ends = argument is None or (
            argument.kind in _TO_THE_END and word.lower() not in named
        )
        if not space or ends:
            break
        assert argument is not None
        takes, before = argument.then, (*before, word)
        start, rest = start + len(word) + 1, behind
    return _Place(takes, start, rest, before)


def _usage(name: str, command: Command) -> str:
    if not command.argument:
        return ""
    return f"/{name} {command.argument}   {command.title}"
