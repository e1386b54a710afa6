"""The options of a model: which there are, and how their values are read and written.

After Ollama's ``api/types.go`` (``Options``, ``DefaultOptions``). The server ignores
unknown names and answers 500 to wrong types, so both are refused here: on the command
line, in the configuration, in presets and in the app.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


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


def parse_option(text: str) -> tuple[str, Any]:
    """Read ``name=value`` as the option's own type.

    Raises ``OptionError`` for an unknown name or a value that it does not take.

    >>> parse_option("temperature=0.5")
    ('temperature', 0.5)
    >>> parse_option('stop=["a","b"]'), parse_option("stop=END")
    (('stop', ['a', 'b']), ('stop', ['END']))
    >>> parse_option('stop=a "b c" [INST]')
    ('stop', ['a', 'b c', '[INST]'])
    >>> parse_option("top_g=1")
    Traceback (most recent call last):
    llmtui.chat.options.OptionError: no option is called 'top_g'; did you mean 'top_p'?
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise OptionError(
            f"an option is written name=value, like temperature=0.5; got {text!r}"
        )
    return name.strip(), option_value(name.strip(), value)


def parse_options(texts: Iterable[str]) -> dict[str, Any]:
    """Read many ``name=value``; raises ``OptionError``.

    Of a name that comes again the last value counts; texts are added.

    >>> parse_options(["seed=1", "stop=a", "seed=2", "stop=b"])
    {'seed': 2, 'stop': ['a', 'b']}
    """
    found: dict[str, Any] = {}
    for name, value in map(parse_option, texts):
        adds = takes_texts(name) and name in found
        found[name] = found[name] + value if adds else value
    return found


def option_value(name: str, text: str) -> Any:
    """Read the text of one option's value; raises ``OptionError``.

    Several texts are words, or in double quotes, or a list in JSON.

    >>> option_value("top_p", "1.5")
    Traceback (most recent call last):
    llmtui.chat.options.OptionError: top_p takes a number from 0 to 1, not 1.5
    """
    option = _known(name)
    try:
        if option.kind is list:
            return checked_option(name, _strings(text))
        word = text.strip()
        if option.kind is bool:
            return {"true": True, "1": True, "false": False, "0": False}[word.lower()]
        return checked_option(name, option.kind(word))
    except OptionError:
        raise
    except (ValueError, KeyError):
        raise OptionError(
            f"{name} takes {_WORDS[option.kind]}, not {_shown(text)}"
        ) from None


def checked_option(name: str, value: object) -> Any:
    """A value out of TOML or JSON as the option's own type; raises ``OptionError``.

    >>> checked_option("temperature", 1), checked_option("stop", "END")
    (1.0, ['END'])
    >>> checked_option("num_ctx", True)
    Traceback (most recent call last):
    llmtui.chat.options.OptionError: num_ctx takes a whole number, not true
    """
    option = _known(name)
    kind = option.kind
    if kind is list and isinstance(value, str):
        value = [value]
    if kind is float and type(value) is int:
        value = _as_float(name, value)
    if type(value) is not kind:
        raise OptionError(f"{name} takes {_WORDS[kind]}, not {_shown(value)}")
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


def option_text(name: str, value: Any) -> str:
    """A value as ``option_value`` reads it.

    >>> option_text("stop", ["END", "You: "]), option_text("use_mmap", True)
    ('END "You: "', 'true')
    """
    import json

    if not _are_texts(value):
        return json.dumps(value, ensure_ascii=False)
    words = " ".join(f'"{text}"' if " " in text else text for text in value)
    try:
        same = _strings(words) == value
    except ValueError:
        same = False
    return words if same else json.dumps(value, ensure_ascii=False)


def parameters_of(shown: str) -> dict[str, Any]:
    """The options in what ``/api/show`` says of a model: a name and a value a line.

    >>> parameters_of('temperature    0.5\\nstop    "<|e|>"\\nstop    "a b"\\nodd    1')
    {'temperature': 0.5, 'stop': ['<|e|>', 'a b']}
    """
    found: dict[str, Any] = {}
    for line in shown.split("\n"):  # U+0085 and its like are part of a text
        name, _, value = line.strip(" \t\r").partition(" ")
        if name not in OPTIONS:
            continue
        if takes_texts(name):
            found.setdefault(name, []).append(_unquoted(value.strip(" ")))
            continue
        try:
            found[name] = option_value(name, value)
        except OptionError:
            continue
    return found


def no_such_option(name: str) -> str:
    """Why a name means nothing, with the nearest that does.

    >>> no_such_option("temprature")
    "no option is called 'temprature'; did you mean 'temperature'?"
    """
    import difflib

    near = difflib.get_close_matches(name, OPTIONS, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(OPTIONS)}"
    return f"no option is called {name!r}; {hint}"


def _known(name: str) -> Option:
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


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _strings(text: str) -> list[str]:
    """Texts: a list in JSON, else words; ``[INST]`` is a word."""
    import json
    import re

    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if _are_texts(found):
        return list(found)
    words = re.findall(r'"([^"]+)"(?= |$)|([^ ]+)', text)
    if not words:
        raise ValueError(text)
    return [quoted or word for quoted, word in words]


def _unquoted(value: str) -> str:
    """A text as Go quotes it, which for nearly all texts is as JSON does."""
    import json

    try:
        found = json.loads(value)
    except ValueError:
        return value.strip('"')
    return found if isinstance(found, str) else value
