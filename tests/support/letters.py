"""The letters that a text must show, and those that are shown."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from unicodedata import category, normalize

from llmtui.sanitise import clean

_FORMULA = re.compile(
    r"\$\$.*?\$\$|\$[^$\n]+\$|\\\[.*?\\\]|\\begin\{(\w+)\}.*?\\end\{\1\}", re.DOTALL
)
_TAG = re.compile(r"</?[a-zA-Z](?![\w.+-]*[:@])[^<>]*>")
_TARGET = re.compile(
    r"\]\((?:<[^>\n]*>|(?:[^()\s]|\([^()\s]*\))*)(?:\s+\"[^\"]*\")?\)|\]\[[^\]\n]*\]"
)
_SIGN = re.compile(r"\[[xX]\]|\[![A-Z]+\]")
_DIAGRAM = re.compile(r"^```mermaid\n.*?^```$", re.DOTALL | re.MULTILINE)


def letters(text: str) -> Counter[str]:
    """Letters, marks on letters, digits and emoji, each as often as it is there."""
    return Counter(
        c for c in normalize("NFKD", text) if category(c)[0] in "LMN" or c >= "🌀"
    )


def readable(source: str) -> str:
    """What of Markdown is read as it is written: not the targets of links, tags,
    boxes and names of alerts, nor what is drawn (formulas and diagrams)."""
    source = _TARGET.sub("]", _DIAGRAM.sub("", source))
    for pattern in (_FORMULA, _TAG, _SIGN):
        source = pattern.sub("", source)
    return unescape(source)


def lost(source: str, shown: str) -> str:
    """The letters of Markdown that are not shown."""
    missing = letters(readable(clean(source))) - letters(shown)
    return "".join(sorted(missing.elements()))
