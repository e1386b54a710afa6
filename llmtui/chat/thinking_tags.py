"""The tags that models put around their thinking, and how they begin to think."""

from __future__ import annotations

PAIRS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<seed:think>": "</seed:think>",
    "[THINK]": "[/THINK]",
}
"""Of DeepSeek, Qwen and most others; of prompts for Claude; of Gemini; of Seed;
of Mistral."""
TAGS = (*PAIRS, *PAIRS.values())

_ALOUD = (
    "okay, so", "okay, let", "okay, the user", "okay, i ", "ok, so", "ok, the user",
    "alright, so", "alright, let", "hmm", "wait,", "wait.", "so i need", "so the user",
    "so, the user", "let me think", "let me see", "let's see", "let's think",
    "the user ", "we need to", "we are asked", "we are given", "i need to",
    "i should", "i'm trying", "i am trying", "i have to figure", "first, i ",
    "first, let me", "first, the user", "got it, let", "got it, the user",
)  # fmt: skip


def sounds_aloud(text: str) -> bool:
    """Whether a text begins, or may be beginning, as models begin to think.

    >>> [sounds_aloud(text) for text in ("Okay, so the", "O", "On", "Okay. Here")]
    [True, True, False, False]
    """
    head = text.lstrip()[:20].lower()
    return any(head.startswith(aloud) or aloud.startswith(head) for aloud in _ALOUD)


def find_closing(text: str) -> tuple[int, str]:
    """Where the first closing tag of ``text`` is, and which; ``""`` if there is none.

    >>> find_closing("so</think>"), find_closing("so")
    ((2, '</think>'), (-1, ''))
    """
    found = [(at, tag) for tag in PAIRS.values() if (at := text.find(tag)) >= 0]
    return min(found, default=(-1, ""))


def overlap(text: str, tag: str) -> int:
    """How much of the end of ``text`` may be the beginning of ``tag``.

    >>> overlap("so</th", "</think>")
    4
    """
    for size in range(min(len(tag) - 1, len(text)), 0, -1):
        if tag.startswith(text[len(text) - size :]):
            return size
    return 0
