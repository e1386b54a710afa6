"""What is asked of a model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from llmtui.chat.events import ToolCall
from llmtui.chat.think_levels import THINK_LEVELS, THINK_SPOKEN

Think = bool | Literal["low", "medium", "high", "max"] | None
"""Off, on, a level; None leaves it to the server (*on* for a thinking model)."""

Format = Literal["json"] | Mapping[str, Any] | None
"""Free (None), any JSON, or a JSON schema."""

OPTIONS: Mapping[str, type] = {
    "num_ctx": int,
    "num_batch": int,
    "num_gpu": int,
    "main_gpu": int,
    "use_mmap": bool,
    "num_thread": int,
    "draft_num_predict": int,
    "num_keep": int,
    "seed": int,
    "num_predict": int,
    "top_k": int,
    "top_p": float,
    "min_p": float,
    "typical_p": float,
    "repeat_last_n": int,
    "temperature": float,
    "repeat_penalty": float,
    "presence_penalty": float,
    "frequency_penalty": float,
    "stop": list,
}
"""The options Ollama knows (``api/types.go``, ``Options``). It ignores other
names silently, so the spelling is checked here."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message as a server sees it."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    images: tuple[bytes, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    tool_name: str = ""
    tool_call_id: str = ""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A conversation to be answered. A system prompt is the first turn."""

    model: str
    turns: tuple[Turn, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    think: Think = None
    format: Format = None
    keep_alive: float | None = None
    """Seconds the model stays in memory; negative: for ever, None: up to the server."""
    tools: tuple[Mapping[str, Any], ...] = ()
    truncate: bool = True
    """Whether the oldest turns may be left out where not all fit into the context."""


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """One prompt to be answered, without memory."""

    model: str
    prompt: str
    system: str | None = None
    images: tuple[bytes, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    think: Think = None
    format: Format = None
    keep_alive: float | None = None
    raw: bool = False
    """The prompt goes to the model as it is, without the template."""


class OptionError(ValueError):
    """An option that no server would take; ``str()`` says why and what would do."""


def parse_option(text: str) -> tuple[str, Any]:
    """Read ``name=value`` as the option's own type.

    Raises ``OptionError`` for an unknown name or a value of the wrong type.

    >>> parse_option("temperature=0.5")
    ('temperature', 0.5)
    >>> parse_option('stop=["a","b"]'), parse_option("stop=END")
    (('stop', ['a', 'b']), ('stop', ['END']))
    >>> parse_option('stop=a "b c" [INST]')
    ('stop', ['a', 'b c', '[INST]'])
    >>> parse_option("top_g=1")
    Traceback (most recent call last):
    llmtui.chat.request.OptionError: no option is called 'top_g'; did you mean 'top_p'?
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
        adds = OPTIONS[name] is list and name in found
        found[name] = found[name] + value if adds else value
    return found


def option_value(name: str, value: str) -> Any:
    """Read the text of one option's value; raises ``OptionError``.

    Several texts are words, or in double quotes, or a list in JSON.
    """
    kind = OPTIONS.get(name)
    if kind is None:
        raise OptionError(_unknown(name))
    try:
        if kind is list:
            return _strings(value)
        value = value.strip()
        if kind is bool:
            return {"true": True, "1": True, "false": False, "0": False}[value.lower()]
        if kind is int:
            return int(value)
        number = float(value)
    except (ValueError, KeyError):
        raise OptionError(f"{name} takes {_WORDS[kind]}, not {value!r}") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise OptionError(f"{name} takes a number, not {value!r}")
    return number


_WORDS = {int: "a whole number", float: "a number", bool: "true or false", list: "text"}


def _strings(value: str) -> list[str]:
    """Texts: a list in JSON, else words; ``[INST]`` is a word."""
    import json
    import re

    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, list) and all(isinstance(text, str) for text in found):
        return found
    words = re.findall(r'"([^"]+)"(?= |$)|([^ ]+)', value)
    if not words:
        raise ValueError(value)
    return [quoted or word for quoted, word in words]


def _unknown(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, OPTIONS, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "known are " + ", ".join(OPTIONS)
    return f"no option is called {name!r}; {hint}"


def parse_think(text: str) -> Think:
    """Read a think switch: ``on``, ``off`` or a level; raises ``OptionError``.

    >>> parse_think("off"), parse_think("high")
    (False, 'high')
    """
    word = text.strip().lower()
    if word in ("on", "true", "yes", "1"):
        return True
    if word in ("off", "false", "no", "0"):
        return False
    if word in ("", "default", "auto"):
        return None
    for level in THINK_LEVELS:
        if word == level:
            return level  # type: ignore[return-value]
    raise OptionError(f"think is {THINK_SPOKEN}, not {text!r}")


_UNITS = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
}


def parse_keep_alive(text: str) -> float:
    """Seconds that a model stays in memory: a number, or a span as Go writes it.

    Negative means for ever. Raises ``OptionError``. Ollama itself refuses a
    text without a unit, so numbers are what is sent.

    >>> parse_keep_alive("5m"), parse_keep_alive("1h30m"), parse_keep_alive("-1")
    (300.0, 5400.0, -1.0)
    >>> parse_keep_alive("0"), parse_keep_alive("1.5s"), parse_keep_alive("90")
    (0.0, 1.5, 90.0)
    >>> parse_keep_alive("soon")
    Traceback (most recent call last):
    llmtui.chat.request.OptionError: keep-alive is seconds or a span like 5m, not 'soon'
    """
    import re

    word = text.strip().lower()
    sign = -1.0 if word.startswith("-") else 1.0
    body = word.removeprefix("-")
    if re.fullmatch(r"\d+(\.\d+)?", body):
        return sign * float(body)
    part = r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)"
    if re.fullmatch(f"(?:{part})+", body):
        return sign * sum(float(n) * _UNITS[unit] for n, unit in re.findall(part, body))
    raise OptionError(f"keep-alive is seconds or a span like 5m, not {text!r}")


def think_word(think: Think) -> str:
    """The think switch as ``parse_think`` reads it.

    >>> think_word(None), think_word(False), think_word("high")
    ('default', 'off', 'high')
    """
    if think is None:
        return "default"
    return think if isinstance(think, str) else ("on" if think else "off")
