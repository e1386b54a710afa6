"""Why a child could not load its model, or ended by itself, in sentences.

The child itself is told little: llama.cpp writes its reasons to the log.
"""

from __future__ import annotations

import re
import signal
from pathlib import Path

from llmtui.files.reading import open_file
from llmtui.providers.errors import BrokenStream, ProviderError, Unreachable

_KILLED = 9
"""SIGKILL; Windows has no name for it."""

AGAIN = "The next prompt starts it again."
SMALLER = "Choose a smaller model, or a smaller num_ctx."

_MEMORY = r"kv cache|insufficient memory|bad_alloc|unable to allocate|out of memory"
_REASONS = (
    (
        r"unknown model architecture: '(\w+)'",
        r"its architecture, \1, is newer than the llama.cpp that is installed",
        "Upgrade the package xllamacpp.",
    ),
    (
        r"(?i)failed to load (?:multimodal|CLIP) model",
        "its projector, the part that sees images, does not fit it",
        "",
    ),
    (r"failed to load lora adapter", "an adapter of it cannot be applied", ""),
    (r"chat template parsing error", "its chat template cannot be read", ""),
    (r"error loading model: (.+)", r"\1", ""),
)
"""What llama.cpp logs, what that means, and what helps."""


def load_failed(title: str, said: str, context: int, log: Path) -> ProviderError:
    """Why a load failed, by llama.cpp's words where the log has them."""
    chatter = _tail(log)
    if re.search(_MEMORY, chatter):
        return Unreachable(
            f"{title} does not fit into memory with a context of {context} tokens",
            advice=SMALLER,
        )
    advice = f"See {log}."
    for pattern, meaning, help_ in _REASONS:
        if found := re.search(pattern, chatter):
            said, advice = found.expand(meaning).strip(), help_ or advice
            break
    return Unreachable(f"{title} could not be loaded: {said}", advice=advice)


def crashed(
    status: int,
    title: str,
    when: str,
    log: Path,
    kind: type[Unreachable] | type[BrokenStream] = Unreachable,
) -> ProviderError:
    """The error for a child that ended by itself; ``when`` says when that was."""
    if status == -_KILLED:
        how = "was killed"
        advice = f"That is what happens when memory runs out. {AGAIN}"
    elif status < 0:
        how = f"crashed ({_signal_name(-status)})"
        advice = f"{AGAIN} Its log is {log}."
    else:
        how = f"ended by itself (status {status})"
        advice = f"{AGAIN} Its log is {log}."
    return kind(f"the process of {title} {how} {when}", advice=advice)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _tail(log: Path) -> str:
    try:
        with open_file(log) as file:
            file.seek(max(0, log.stat().st_size - 20_000))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
