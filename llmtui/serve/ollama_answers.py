"""What ``/api/*`` answers, as JSON objects (``api/types.go`` of Ollama).

Empty fields are left out where Ollama leaves them out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from llmtui.chat.events import Event, Finished, Text, Thinking, ToolCall
from llmtui.chat.models import Model, ModelDetails, RunningModel
from llmtui.chat.usage import Usage
from llmtui.clock import now

_STOPPED = "stop"
_METRICS = (
    "total_duration",
    "load_duration",
    "prompt_eval_count",
    "prompt_eval_cached_count",
    "prompt_eval_duration",
    "eval_count",
    "eval_duration",
)


def full_name(name: str) -> str:
    """With the tag that a name without one means; as it was written otherwise."""
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def listed(model: Model) -> dict[str, Any]:
    """One of ``/api/tags``."""
    found: dict[str, Any] = {
        "name": full_name(model.name),
        "model": full_name(model.name),
        "modified_at": model.modified or "1970-01-01T00:00:00Z",
        "size": model.size,
        "digest": _digest(model),
        "details": details(model),
    }
    if model.context_length:
        found["details"]["context_length"] = model.context_length
    if model.capabilities is not None:
        found["capabilities"] = sorted(model.capabilities)
    return found


def _digest(model: Model | RunningModel) -> str:
    """Its digest; made of its name where it has none, as one file by itself.

    Ollama's client prints the first twelve digits unseen (``cmd/cmd.go``,
    ``ListHandler``), and crashes if there are fewer.
    """
    name = full_name(model.name)
    return model.digest or hashlib.sha256(name.encode()).hexdigest()


def details(model: Model | None) -> dict[str, Any]:
    """What is said of a model in each list; None for one nobody knows."""
    family = model.family if model else ""
    return {
        "parent_model": "",
        "format": "gguf",
        "family": family,
        "families": [family] if family else None,
        "parameter_size": model.parameters if model else "",
        "quantization_level": model.quantisation if model else "",
    }


def running(model: RunningModel, known: Model | None) -> dict[str, Any]:
    """One of ``/api/ps``."""
    return {
        "name": full_name(model.name),
        "model": full_name(model.name),
        "size": model.size,
        "digest": _digest(model),
        "details": details(known),
        "expires_at": model.expires,
        "size_vram": model.size_vram,
        "context_length": model.context_length,
    }


def shown(found: ModelDetails) -> dict[str, Any]:
    """``/api/show``."""
    model = found.model
    texts = {
        "license": found.license,
        "modelfile": found.modelfile,
        "parameters": found.parameters,
        "template": found.template,
        "system": found.system,
    }
    return {
        **{name: text for name, text in texts.items() if text},
        "details": details(model),
        "model_info": dict(found.info),
        "capabilities": sorted(model.capabilities or {"completion"}),
        "modified_at": model.modified or "1970-01-01T00:00:00Z",
    }


class Lines:
    """The objects of one answer to ``/api/chat``, or to ``/api/generate``."""

    def __init__(self, model: str, *, chat: bool) -> None:
        """``model`` is the name as it was asked for."""
        self._model = model
        self._chat = chat
        self._calls = 0

    def of(self, event: Event) -> Iterator[dict[str, Any]]:
        """The lines of one event; none for what has no place in an answer."""
        match event:
            case Text(delta):
                yield self._line(delta)
            case Thinking(delta):
                yield self._line(thinking=delta)
            case ToolCall():
                yield self._line(calls=[self._call(event)])
            case Finished(usage, reason):
                yield self._line() | _end(usage, reason)

    def state(self, reason: str) -> dict[str, Any]:
        """The answer to a wish to ``load`` or ``unload``."""
        return self._line() | {"done": True, "done_reason": reason}

    def whole(self, events: list[Event]) -> dict[str, Any]:
        """All of an answer in one object; ``done`` is false if it was cut."""
        text = "".join(event.delta for event in events if isinstance(event, Text))
        thoughts = [event.delta for event in events if isinstance(event, Thinking)]
        calls = [self._call(event) for event in events if isinstance(event, ToolCall)]
        found = self._line(text, "".join(thoughts), calls)
        if events and isinstance(events[-1], Finished):
            found |= _end(events[-1].usage, events[-1].done_reason)
        return found

    def _call(self, call: ToolCall) -> dict[str, Any]:
        index, self._calls = self._calls, self._calls + 1
        function = {
            "index": index,
            "name": call.name,
            "arguments": dict(call.arguments),
        }
        return {"id": call.id or f"call_{index}", "function": function}

    def _line(
        self,
        text: str = "",
        thinking: str = "",
        calls: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        more: dict[str, Any] = {"thinking": thinking} if thinking else {}
        if calls:
            more["tool_calls"] = calls
        head = {"model": self._model, "created_at": now()}
        if self._chat:
            message = {"role": "assistant", "content": text, **more}
            return {**head, "message": message, "done": False}
        return {**head, "response": text, **more, "done": False}


def _end(usage: Usage, reason: str) -> dict[str, Any]:
    """What the last line has beside the others; zeros are left out."""
    known = usage.to_json()
    counts = {name: known[name] for name in _METRICS if name in known}
    # Ollama has no word of its own for these two.
    reason = _STOPPED if reason in ("", "tool_calls") else reason
    return {"done": True, "done_reason": reason, **counts}
