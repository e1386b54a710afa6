"""The help texts, made from the table of verbs."""

from __future__ import annotations

from collections.abc import Iterable

from llmtui.cli.options import Option
from llmtui.cli.table import APP, VERBS, Verb
from llmtui.cli.verb_options import EVERYWHERE


def program() -> str:
    """What ``llmtui --help`` prints."""
    verbs = "\n".join(f"  {_called(verb):<12}{verb.summary}" for verb in VERBS)
    return (
        "llmtui: a terminal chat for language models\n\n"
        "usage: llmtui [options]            open the chat\n"
        "       llmtui [options] VERB …     one of the verbs below\n\n"
        f"verbs:\n{verbs}\n\n"
        f"options:\n{_rows((*APP.options, *EVERYWHERE))}\n\n"
        f"example:\n  {APP.example}\n\n"
        "llmtui VERB --help says more about a verb.\n"
    )


def _called(verb: Verb) -> str:
    return f"{verb.name}, {verb.alias}" if verb.alias else verb.name


def verb_help(verb: Verb) -> str:
    """What ``llmtui VERB --help`` prints."""
    usage = f"usage: llmtui {verb.name} [options] {verb.words}".rstrip()
    notes = f"{verb.notes}\n\n" if verb.notes else ""
    return (
        f"{usage}\n\n{verb.summary[0].upper()}{verb.summary[1:]}.\n\n"
        f"options:\n{_rows((*verb.options, *EVERYWHERE))}\n\n"
        f"{notes}example:\n  {verb.example}\n"
    )


def _rows(options: Iterable[Option]) -> str:
    rows = [(option.shown, option.help) for option in options]
    width = min(26, max(len(shown) for shown, _ in rows) + 2)
    return "\n".join(_row(shown, words, width) for shown, words in rows)


def _row(shown: str, words: str, width: int) -> str:
    if len(shown) + 2 > width:
        return f"  {shown}\n  {'':<{width}}{words}"
    return f"  {shown:<{width}}{words}"
