"""Options as people type them, and as servers print them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from llmtui.chat.options import (
    OPTIONS,
    OptionError,
    are_texts,
    checked_option,
    known_option,
    takes_texts,
    wrong_type,
)


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
    option = known_option(name)
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
        raise wrong_type(name, text) from None


def option_text(name: str, value: Any) -> str:
    """A value as ``option_value`` reads it.

    >>> option_text("stop", ["END", "You: "]), option_text("use_mmap", True)
    ('END "You: "', 'true')
    """
    import json

    if not are_texts(value):
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


def _strings(text: str) -> list[str]:
    """Texts: a list in JSON, else words; ``[INST]`` is a word."""
    import json
    import re

    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if are_texts(found):
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
