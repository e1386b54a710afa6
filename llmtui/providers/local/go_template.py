"""Chat templates in Go's language, as Ollama's manifests bring them."""

from __future__ import annotations

import re


def capabilities(template: str) -> frozenset[str]:
    """What a template knows: ``tools``, ``insert``, ``thinking``.

    >>> sorted(capabilities("{{ if .Tools }}{{ end }}<think>{{ .Thinking }}</think>"))
    ['thinking', 'tools']
    """
    found = set()
    if re.search(r"\.Tools\b", template):
        found.add("tools")
    if re.search(r"\.Suffix\b", template):
        found.add("insert")
    if re.search(r"\.Think(ing|Level)?\b", template):
        found.add("thinking")
    return frozenset(found)


def knows_answers(template: str) -> bool:
    """Whether it can tell a model what its tools answered."""
    marks = ('eq .Role "tool"', "tool_response", "TOOL_RESULTS")
    return "ToolCalls" in template and any(mark in template for mark in marks)


def to_jinja(template: str) -> str:
    """The template in Jinja, "" if it cannot be said there."""
    return ""
