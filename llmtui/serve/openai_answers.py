"""What ``/v1/*`` answers, as Ollama answers there (``openai/openai.go``)."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from llmtui.chat.events import Event, Finished, Text, Thinking, ToolCall
from llmtui.chat.models import Model
from llmtui.chat.usage import Usage
from llmtui.clock import moment
from llmtui.serve.errors import ApiError
from llmtui.serve.ollama_answers import full_name

_numbers = itertools.count(1)


def error(found: ApiError) -> dict[str, Any]:
    kinds = {400: "invalid_request_error", 404: "not_found_error"}
    kind = kinds.get(found.status, "api_error")
    fault = {"message": str(found), "type": kind, "param": None, "code": None}
    return {"error": fault}


def listed(model: Model) -> dict[str, Any]:
    """One of ``/v1/models``."""
    since = moment(model.modified)
    return {
        "id": full_name(model.name),
        "object": "model",
        "created": int(since.timestamp()) if since else 0,
        "owned_by": "library",
    }


class Completion:
    """The objects of one answer to ``/v1/chat/completions``."""

    def __init__(self, model: str) -> None:
        """``model`` is the name as it was asked for."""
        self._model = model
        self._id = f"chatcmpl-{next(_numbers)}"
        self._created = int(time.time())
        self._begun = False
        self._calls = 0

    def chunks(self, event: Event, *, usage: bool) -> Iterator[dict[str, Any]]:
        """The chunks of one event; ``usage`` adds what it cost after the end."""
        match event:
            case Text(delta):
                yield self._chunk({"content": delta})
            case Thinking(delta):
                yield self._chunk({"reasoning": delta})
            case ToolCall():
                yield self._chunk({"tool_calls": [self._call(event)]})
            case Finished(cost, reason):
                yield self._chunk({}, self._reason(reason))
                if usage:
                    head = self._head("chat.completion.chunk")
                    yield {**head, "choices": [], "usage": _usage(cost)}

    def whole(self, events: list[Event]) -> dict[str, Any]:
        """All of an answer in one object."""
        text = "".join(event.delta for event in events if isinstance(event, Text))
        message: dict[str, Any] = {"role": "assistant", "content": text}
        thoughts = [event.delta for event in events if isinstance(event, Thinking)]
        if thoughts:
            message["reasoning"] = "".join(thoughts)
        calls = [self._call(event) for event in events if isinstance(event, ToolCall)]
        if calls:
            message["tool_calls"] = calls
        last = events[-1] if events else None
        end = last if isinstance(last, Finished) else Finished(done_reason="length")
        choice = {
            "index": 0,
            "message": message,
            "finish_reason": self._reason(end.done_reason),
        }
        head = self._head("chat.completion")
        return {**head, "choices": [choice], "usage": _usage(end.usage)}

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": kind,
            "created": self._created,
            "model": self._model,
            "system_fingerprint": "fp_ollama",
        }

    def _chunk(
        self, delta: dict[str, Any], reason: str | None = None
    ) -> dict[str, Any]:
        if not self._begun and delta:
            self._begun = True
            delta = {"role": "assistant", "content": "", **delta}
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return {**self._head("chat.completion.chunk"), "choices": [choice]}

    def _call(self, call: ToolCall) -> dict[str, Any]:
        index, self._calls = self._calls, self._calls + 1
        arguments = json.dumps(dict(call.arguments), ensure_ascii=False)
        return {
            "id": call.id or f"call_{index}",
            "index": index,
            "type": "function",
            "function": {"name": call.name, "arguments": arguments},
        }

    def _reason(self, reason: str) -> str:
        """As OpenAI words it: what is not a stop by itself is a length."""
        if self._calls:
            return "tool_calls"
        return "stop" if reason in ("stop", "") else "length"


def _usage(cost: Usage) -> Mapping[str, int]:
    return {
        "prompt_tokens": cost.prompt_eval_count,
        "completion_tokens": cost.eval_count,
        "total_tokens": cost.prompt_eval_count + cost.eval_count,
    }
