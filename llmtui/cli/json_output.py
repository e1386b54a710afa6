"""Answers for programs: one JSON object at the end, or one for each event."""

from __future__ import annotations

import json
from typing import Any

from llmtui.chat.events import Event, Preparing, Text, Thinking, ToolCall, WasThinking
from llmtui.cli.output_format import Outcome
from llmtui.cli.printer import Printer
from llmtui.sanitise import clean


class JsonOutput(Printer):
    """Prints JSON objects, each on a line."""

    def put(self, data: dict[str, Any]) -> None:
        line = json.dumps(data, ensure_ascii=False) + "\n"
        self.out.put(clean(line) if self.out.terminal else line)

    def ending(self, outcome: Outcome) -> dict[str, Any]:
        """How the answer ended, and what it cost."""
        last = self.finished
        return {
            "status": outcome.status,
            "model": last.model or outcome.model,
            "host": outcome.host,
            "session": outcome.session or None,
            "done_reason": last.done_reason if self.ended else None,
            "usage": last.usage.to_json(),
            "misfit": outcome.misfit._asdict() if outcome.misfit else None,
            "error": outcome.error or None,
            "advice": outcome.advice or None,
        }


class JsonPrinter(JsonOutput):
    """``--json``: everything about the answer, when it is whole."""

    def on_end(self, outcome: Outcome) -> None:
        answer = {
            "status": outcome.status,
            "text": "".join(self.text),
            "thinking": "".join(self.thinking),
            "tool_calls": [call_json(call) for call in self.calls],
        }
        self.put(answer | self.ending(outcome))


class NdjsonPrinter(JsonOutput):
    """``--ndjson``: the events as they come; the last one says how it ended."""

    def take(self, event: Event) -> None:
        super().take(event)
        if (data := event_json(event)) is not None:
            self.put(data)

    def status(self, line: str, plain: str = "") -> None:
        """Nothing: the events tell it."""

    def on_end(self, outcome: Outcome) -> None:
        self.put({"type": "end"} | self.ending(outcome))


def event_json(event: Event) -> dict[str, Any] | None:
    """One event; None for the last, which is told with the outcome."""
    if isinstance(event, Text):
        return {"type": "text", "delta": event.delta}
    if isinstance(event, Thinking):
        return {"type": "thinking", "delta": event.delta}
    if isinstance(event, WasThinking):
        return {"type": "was_thinking"}
    if isinstance(event, ToolCall):
        return {"type": "tool_call", **call_json(event)}
    if isinstance(event, Preparing):
        return {
            "type": "preparing",
            "status": event.status,
            "completed": event.completed,
            "total": event.total,
        }
    return None


def call_json(call: ToolCall) -> dict[str, Any]:
    return {"name": call.name, "arguments": dict(call.arguments), "id": call.id}
