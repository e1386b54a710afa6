"""Titles that a model gives to a conversation."""

from __future__ import annotations

import re

from llmtui.chat.session import title_from

ASK = (
    "Write a title for this conversation: three to six words, in its language, "
    "without quotation marks. Answer with the title and nothing else."
)

LONGEST = 100
"""Tokens that the answer may have."""

_LABEL = re.compile(r"^(?:title|titel|titre|título)\s*:\s*", re.IGNORECASE)
_AROUND = " \t*_#`\"'“”„‘’«»"


def title_of_answer(answer: str) -> str:
    """The title in a model's answer to ``ASK``, "" if there is none.

    >>> title_of_answer('**Title: "Sailing to Crete."**\\n\\nThis title …')
    'Sailing to Crete'
    >>> title_of_answer("# What's new in C#?")
    "What's new in C#?"
    >>> title_of_answer(" \\n***\\n")
    ''
    """
    for line in answer.splitlines():
        words = _LABEL.sub("", line.strip(_AROUND)).strip(_AROUND)
        words = words.removesuffix(".").rstrip(_AROUND)
        if any(character.isalnum() for character in words):
            return title_from(words)
    return ""
