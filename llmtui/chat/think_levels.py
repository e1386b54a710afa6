"""How much a model may be asked to think: the one list that all others come from.

No imports: the command line and the table of commands need it before the first
frame.
"""

from __future__ import annotations

THINK_LEVELS = ("low", "medium", "high", "max")
"""Levels that Ollama takes beside true and false (``api/types.go``, ``ThinkValue``)."""

THINK_CHOICES = (
    ("default", "as the model likes it"),
    ("off", "answer at once"),
    ("on", "think first"),
    ("low", "think a little (models with levels)"),
    ("medium", "think"),
    ("high", "think a lot"),
    ("max", "think as much as it can"),
)
"""What a person chooses from, and what each choice means."""

THINK_SPOKEN = f"on, off, {', '.join(THINK_LEVELS[:-1])} or {THINK_LEVELS[-1]}"
"""The choices in a sentence."""
