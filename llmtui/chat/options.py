"""The options of a model: which there are, and what they take.

After Ollama's ``api/types.go`` (``Options``, ``DefaultOptions``). The server ignores
unknown names and answers 500 to wrong types, so both are refused here: on the command
line, in the configuration, in presets and in the app.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from llmtui.human import unknown


class OptionError(ValueError):
    """An option that no server would take; ``str()`` says why and what would do."""


class Option(NamedTuple):
    """One option by Ollama's name."""

    kind: type
    """``int``, ``float``, ``bool``, or ``list`` for several texts."""
    default: Any
    """Ollama's, where neither the model nor the user says anything; None where the
    server decides it by its machine or the model."""
    about: str
    """What it does, in half a line."""
    least: float | None = None
    most: float | None = None
    """The range, ends included; None where there is no end."""
    special: str = ""
    """Values that mean something of their own."""
    reloads: bool = False
    """Whether the model is loaded anew for another value."""

    @property
    def takes(self) -> str:
        """Type and range in words.

        >>> OPTIONS["top_p"].takes, OPTIONS["num_ctx"].takes, OPTIONS["stop"].takes
        ('a number from 0 to 1', 'a whole number, 1 or more', 'text')
        """
        words = _WORDS[self.kind]
        if self.most is not None:
            return f"{words} from {self.least:g} to {self.most:.12g}"
        return words if self.least is None else f"{words}, {self.least:g} or more"


_WORDS = {int: "a whole number", float: "a number", bool: "true or false", list: "text"}
_LARGEST = {int: 2**31 - 1, float: 3e38}
"""Of an integer of 32 bits and of a float32."""

OPTIONS: Mapping[str, Option] = {
    "temperature": Option(float, 0.8, "how freely words are chosen", 0),
    "seed": Option(
        int,
        -1,
        "the same seed gives the same answer",
        -1,
        2**32 - 1,
        special="-1: another one each time",
    ),
    "num_predict": Option(
        int,
        -1,
        "the most tokens of an answer, thoughts too",
        -2,
        special="-1: no limit, -2: until the context is full",
    ),
    "stop": Option(list, [], "texts at which the answer ends"),
    "num_ctx": Option(
        int, None, "tokens of the conversation that are kept", 1, reloads=True
    ),
    "num_keep": Option(
        int,
        4,
        "first tokens that stay when it is full",
        -1,
        special="-1: all of the prompt",
    ),
    "top_k": Option(
        int, 40, "choose among so many words", -1, special="0 or -1: among all"
    ),
    "top_p": Option(float, 0.9, "the likeliest words, up to this share in all", 0, 1),
    "min_p": Option(float, 0.0, "no word below this share of the likeliest", 0, 1),
    "typical_p": Option(
        float, 1.0, "prefer words as surprising as usual", 0, 1, special="1: off"
    ),
    "repeat_penalty": Option(
        float, 1.0, "make words that came already less likely", 0, special="1: off"
    ),
    "repeat_last_n": Option(
        int,
        64,
        "tokens that the penalties look back",
        -1,
        special="0: off, -1: the whole context",
    ),
    "presence_penalty": Option(
        float, 0.0, "less likely if a word came at all", -2, 2, special="0: off"
    ),
    "frequency_penalty": Option(
        float, 0.0, "less likely the more often a word came", -2, 2, special="0: off"
    ),
    "num_gpu": Option(
        int,
        -1,
        "layers that run on the GPU",
        -1,
        special="-1: as many as fit, 0: none",
        reloads=True,
    ),
    "main_gpu": Option(
        int, None, "the GPU that has the small tensors, from 0", 0, reloads=True
    ),
    "num_thread": Option(
        int,
        0,
        "processor threads that compute",
        0,
        special="0: as the machine has cores",
        reloads=True,
    ),
    "num_batch": Option(int, 512, "tokens of a prompt read at once", 1, reloads=True),
    "use_mmap": Option(bool, None, "map the weights, not read them", reloads=True),
    "draft_num_predict": Option(
        int, 4, "tokens guessed ahead by a draft model", 0, reloads=True
    ),
}
"""All of them, those that people change most first."""

USUAL: Mapping[str, Any] = {
    name: option.default
    for name, option in OPTIONS.items()
    if option.default is not None
}
"""What Ollama does where nobody says anything."""


def checked_option(name: str, value: object) -> Any:
    """A value out of TOML or JSON as the option's own type; raises ``OptionError``.

    >>> checked_option("temperature", 1), checked_option("stop", "END")
    (1.0, ['END'])
    >>> checked_option("num_ctx", True)
    Traceback (most recent call last):
    llmtui.chat.options.OptionError: num_ctx takes a whole number, not true
    """
    option = known_option(name)
    kind = option.kind
    if kind is list and isinstance(value, str):
        value = [value]
    if kind is float and type(value) is int:
        value = _as_float(name, value)
    if type(value) is not kind:
        raise wrong_type(name, value)
    if isinstance(value, list):
        if not all(isinstance(text, str) and text for text in value):
            raise OptionError(
                f"{name} takes texts that are not empty, not {_shown(value)}"
            )
    elif kind is not bool and not _within(option, value):
        raise OptionError(f"{name} takes {option.takes}, not {_shown(value)}")
    return value


def takes_texts(name: str) -> bool:
    """Whether there is an option of that name, and it takes several texts."""
    return name in OPTIONS and OPTIONS[name].kind is list


def no_such_option(name: str) -> str:
    """Why a name means nothing, with the nearest that does.

    >>> no_such_option("temprature")
    "no option is called 'temprature'; did you mean 'temperature'?"
    """
    return unknown(f"no option is called {name!r}", name, OPTIONS)


def wrong_type(name: str, value: object) -> OptionError:
    """Says what the option takes instead of ``value``."""
    return OptionError(
        f"{name} takes {_WORDS[OPTIONS[name].kind]}, not {_shown(value)}"
    )


def known_option(name: str) -> Option:
    """The option of that name; raises ``OptionError``."""
    if name not in OPTIONS:
        raise OptionError(no_such_option(name))
    return OPTIONS[name]


def _as_float(name: str, value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        raise OptionError(f"{name} takes a smaller number") from None


def _within(option: Option, value: Any) -> bool:
    """Whether a number is in the range; no end means that of the server's own type."""
    end = _LARGEST[option.kind]
    least = -end if option.least is None else option.least
    most = end if option.most is None else option.most
    return bool(least <= value <= most)


def _shown(value: object) -> str:
    """A value that was given, as TOML and JSON write it."""
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def are_texts(value: object) -> bool:
    """Whether it is a list of texts."""
    return isinstance(value, list) and all(isinstance(text, str) for text in value)
