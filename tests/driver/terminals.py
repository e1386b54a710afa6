"""What terminals and systems do, and what none would: signals, sizes, sequences."""

from __future__ import annotations

from random import Random

from tests.driver.events import COLUMNS, ROWS, SIZES, Event
from tests.driver.hands import text_of
from tests.driver.wire import paste

SIGNALS = ("WINCH", "CONT")
STOPS = ("TSTP", "STOP")
DEATHS = ("TERM", "HUP", "KILL")
ODD_SIZES = ((1, 1), (2, 2), (1, 50), (200, 1))

BEGINNINGS = ("\x1b", "\x1b[", "\x1b[<0;", "\x1b[1;", "\x1bO", "\x1b]0;", "\x1bP")
"""Of sequences that do not go on."""
SEQUENCES = (
    "\x1b[201~",
    "\x1b[M 00",
    "\x1b[1114112u",
    "\x1b[48;0:0R",
    "\x1b[48;0;0;0;0t",
    "\x1b[48;999999;999999;0;0t",
    "\x1b[?2026;2$y",
    "\x1b[99999;99999R",
    "\x1b_Gi=1;OK\x1b\\",
    "\udcff\udc80\udce2",
)
NUMBERS = (-5, -1, 0, 1, 99_999, 2**31, 10**12)
"""Columns and rows of a mouse that is nowhere."""
BUTTONS = (0, 1, 2, 3, 32, 35, 64, 67, 99, 128, 255, 999_999)


def sequence(chance: Random) -> list[Event]:
    """What a line full of noise sends, or a terminal of another kind."""
    return [text_of(chance.choice((*BEGINNINGS, *SEQUENCES)))]


def mouse(chance: Random) -> list[Event]:
    """A mouse with numbers that it cannot have."""
    button, up = chance.choice(BUTTONS), chance.choice("Mm")
    at = f"{chance.choice(NUMBERS)};{chance.choice(NUMBERS)}"
    return [text_of(f"\x1b[<{button};{at}{up}")]


def cut_paste(chance: Random) -> list[Event]:
    """A paste whose end never comes."""
    whole = paste("one\ntwo\rthree")
    return [text_of(whole[: chance.randrange(3, len(whole))])]


def size(chance: Random) -> list[Event]:
    """Another size, or many in a row."""
    free = (chance.randrange(1, COLUMNS + 1), chance.randrange(1, ROWS + 1))
    found = (*SIZES, *ODD_SIZES, free, free, free)
    wanted = chance.choices(found, k=chance.choice((1, 1, 1, 1, 12)))
    return [Event("size", f"{columns} {rows}") for columns, rows in wanted]


def focus(chance: Random) -> list[Event]:
    return [Event("focus", chance.choice(("in", "out")))] * chance.choice((1, 1, 8))


def signal(chance: Random) -> list[Event]:
    """What the program goes on after, or dies of."""
    if chance.random() < 0.15:
        return [Event("death", chance.choice(DEATHS))]
    if chance.random() < 0.3:
        return [Event("stop", chance.choice(STOPS))]
    return [Event("signal", chance.choice(SIGNALS))] * chance.choice((1, 1, 8))


def window(chance: Random) -> list[Event]:
    """The other window of the program, on the same files."""
    return [Event("window")]
