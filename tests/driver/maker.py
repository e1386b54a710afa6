"""Lists of events: the same ones for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.driver import hands, terminals
from tests.driver.events import Event, marker

REPLIES = (
    "quick",
    "slow",
    "slow",
    "long",
    "thinking",
    "stall",
    "drop",
    "reset",
    "error",
    "garbage",
    "end",
    "500",
    "401",
    "none",
)
"""How the server answers from here on; see ``play``."""

Kind = Callable[[Random], list[Event]]

KINDS: dict[Kind, int] = {
    hands.key: 30,
    hands.burst: 3,
    hands.letter: 10,
    hands.text: 8,
    hands.slash: 10,
    hands.visit: 8,
    hands.paste: 3,
    hands.click: 14,
    hands.rows: 2,
    hands.drag: 6,
    hands.wheel: 6,
    terminals.sequence: 2,
    terminals.mouse: 2,
    terminals.cut_paste: 1,
    terminals.size: 4,
    terminals.focus: 1,
    terminals.signal: 2,
    terminals.window: 1,
}
"""What needs to know of nothing but chance, and how often it comes."""


class Maker:
    """Puts together what is done by chance, and prompts that a server gets.

    Where the seed is odd all that is asked must be on the disk in the end: nothing is
    done that is meant to leave no trace.
    """

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._traceless = seed % 2 == 0
        self._asked = 0
        self._kinds: dict[Kind, int] = KINDS | {
            self._ask: 16,
            self._server: 8,
            _home: 5,
            _wait: 6,
            _quit: 1,
        }

    def events(self, count: int) -> list[Event]:
        """So many, or a few more: some belong together. A prompt is the first."""
        made = self._ask(self.random)
        kinds, weights = list(self._kinds), list(self._kinds.values())
        while len(made) < count:
            (kind,) = self.random.choices(kinds, weights)
            fresh = kind(self.random)
            if self._traceless or not any(event.traceless for event in fresh):
                made += fresh
        return made

    def _ask(self, chance: Random) -> list[Event]:
        """A prompt; mostly from wherever one has got to, and given time to begin."""
        self._asked += 1
        words = chance.choice(hands.TEXTS[:6])
        asked = hands.line(f"{words} {marker(self._asked)}")
        first = chance.choice((hands.CLEAR, [Event("key", "escape"), *hands.CLEAR], []))
        if chance.random() < 0.3:
            first = _home(chance)
        return [*first, *asked, *chance.choice(([], _wait(chance)))]

    def _server(self, chance: Random) -> list[Event]:
        match chance.randrange(8):
            case 0:
                meanwhile = [*self._ask(chance), *hands.key(chance), *_wait(chance)]
                up = [Event("server", "up"), *_home(chance)]
                return [Event("server", "down"), *meanwhile, *up]
            case 1:
                return [Event("server", "go-on")]
            case _:
                return [Event("reply", chance.choice(REPLIES))]


def _home(chance: Random) -> list[Event]:
    """Back to a host and a model that answer, wherever one has got to."""
    leave = [Event("key", "escape")] * 2 + hands.CLEAR
    return [*leave, *hands.line("/host here"), *hands.line("/model smollm2")]


def _wait(chance: Random) -> list[Event]:
    return [Event("wait", str(chance.choice((0, 20, 100, 300))))]


def _quit(chance: Random) -> list[Event]:
    return [Event("key", "ctrl+q")]
