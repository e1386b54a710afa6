"""llmtui: a terminal chat for language models."""

__version__ = "0.1.0"
