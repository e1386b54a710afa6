"""Exit codes for what can go wrong with a provider."""

from __future__ import annotations

from llmtui.cli.context import CUT, MISSING, REFUSED, UNREACHABLE, USAGE
from llmtui.providers.errors import (
    BrokenStream,
    ModelMissing,
    ProviderError,
    Unreachable,
    Unsupported,
)


def exit_code(error: ProviderError, begun: bool = False) -> int:
    """``begun`` says that a part of the answer had come: then it is a cut one."""
    if begun or isinstance(error, BrokenStream):
        return CUT
    if isinstance(error, Unreachable):
        return UNREACHABLE
    if isinstance(error, ModelMissing):
        return MISSING
    return USAGE if isinstance(error, Unsupported) else REFUSED
