"""Exit codes for what can go wrong with a provider, and with its answer."""

from __future__ import annotations

from llmtui.chat.outcome import REPEATING, REPEATING_WORDS, Lack
from llmtui.cli.context import CUT, MISFIT, MISSING, REFUSED, UNREACHABLE, USAGE
from llmtui.cli.output_format import Outcome
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


def judged(outcome: Outcome, done_reason: str, missing: Lack | None) -> Outcome:
    """The outcome of an answer that came to its end, and of what it lacks there."""
    if done_reason == REPEATING:
        return outcome._replace(
            status="incomplete",
            code=CUT,
            error=f"the answer was cut off: {REPEATING_WORDS}",
            advice="Ask again, or with another seed or repeat_penalty (-o).",
        )
    if missing is not None:
        code = MISFIT if missing.misfits else CUT
        return outcome._replace(code=code, error=missing.sentence)
    return outcome
