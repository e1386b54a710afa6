"""One streamed answer of OpenAI's chat API: chunks in, events out.

Pure but for the clock, which is handed in. Chunks are "The chat completion
chunk object" of OpenAI's API reference; ``timings`` is llama.cpp's,
``reasoning_content`` llama.cpp's, SGLang's and DeepSeek's, ``reasoning`` vLLM's,
OpenRouter's and Ollama's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from llmtui.chat.events import Event, Finished, Text, Thinking, ToolCall
from llmtui.chat.lenient import as_mapping, as_whole, known_whole
from llmtui.chat.usage import Usage


@dataclass(slots=True)
class _Call:
    """A tool call whose pieces are still coming."""

    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)
    whole: Mapping[str, Any] | None = None

    def finished(self) -> ToolCall:
        return ToolCall(self.name, self._read(), self.id)

    def _read(self) -> Mapping[str, Any]:
        """The arguments; what is no JSON object is kept under ``arguments``."""
        if self.whole is not None:
            return self.whole
        text = "".join(self.arguments)
        try:
            found = json.loads(text) if text.strip() else {}
        except (ValueError, RecursionError):
            found = text
        return found if isinstance(found, dict) else {"arguments": found}


class Answer:
    """Gathers the chunks of one answer (the first choice; others are not asked for)."""

    def __init__(self, clock: Callable[[], int]) -> None:
        """``clock`` gives nanoseconds; it starts with the request."""
        self._clock = clock
        self._started = clock()
        self._first = self._last = 0
        self._calls: list[_Call] = []
        self._usage: Mapping[str, Any] = {}
        self._timings: Mapping[str, Any] = {}
        self._model = ""
        self.reason = ""
        """Why the model stopped, "" until the server has said it."""
        self.failure: object = None
        """The error inside a choice, as OpenRouter sends it in mid-stream."""

    def take(self, chunk: Mapping[str, Any]) -> list[Event]:
        """The events of one chunk; tool calls are kept back until they are whole."""
        if isinstance(usage := chunk.get("usage"), Mapping):
            self._usage = usage
        if isinstance(timings := chunk.get("timings"), Mapping):
            self._timings = timings
        if isinstance(model := chunk.get("model"), str):
            self._model = model
        choices = chunk.get("choices")
        if not isinstance(choices, list) or not choices:
            return []
        choice = choices[0]
        if not isinstance(choice, Mapping):
            return []
        self.failure = choice.get("error")
        # "message" is a whole answer of a server that doesn't stream,
        # "text" a piece of /v1/completions.
        delta = choice.get("delta") or choice.get("message")
        if not isinstance(delta, Mapping):
            delta = {"content": choice.get("text")}
        events = list(_pieces(delta))
        self._gather(delta.get("tool_calls"))
        self._last = self._clock()
        if (events or self._calls) and not self._first:
            self._first = self._last
        if isinstance(reason := choice.get("finish_reason"), str) and reason:
            self.reason = reason
        return events

    def end(self) -> list[Event]:
        """What comes last: the tool calls, and ``Finished``."""
        calls = [call.finished() for call in self._calls if call.name]
        done = Finished(self._count(), self.reason or "stop", self._model)
        return [*calls, done]

    def _gather(self, deltas: object) -> None:
        if not isinstance(deltas, list):
            return
        for delta in deltas:
            if not isinstance(delta, Mapping):
                continue
            function = delta.get("function")
            function = function if isinstance(function, Mapping) else {}
            call = self._call(delta)
            if isinstance(name := function.get("name"), str):
                # Pieces of a name do not come; some servers repeat it whole.
                call.name = name or call.name
            arguments = function.get("arguments")
            if isinstance(arguments, str):
                call.arguments.append(arguments)
            elif isinstance(arguments, Mapping):
                call.whole = arguments

    def _call(self, delta: Mapping[str, Any]) -> _Call:
        """The call that a delta belongs to.

        By index; but servers exist that number every call 0 and give each an
        id of its own, and servers that give no index at all.
        """
        found_id = delta.get("id")
        given = found_id if isinstance(found_id, str) else ""
        index = delta.get("index")
        at = index if isinstance(index, int) else len(self._calls) - (not given)
        at = min(max(at, 0), len(self._calls))
        if at < len(self._calls):
            call = self._calls[at]
            if not given or not call.id or call.id == given:
                call.id = call.id or given
                return call
            same = [call for call in self._calls if call.id == given]
            if same:
                return same[0]
        self._calls.append(_Call(given))
        return self._calls[-1]

    def _count(self) -> Usage:
        """Counts and times; what the server doesn't tell is measured here."""
        # Not now: the connection may have stayed open for a moment.
        now = self._last or self._clock()
        first = self._first or now
        cached, read = self._number("cache_n"), self._number("prompt_n")
        prompt = as_whole(self._usage.get("prompt_tokens")) or cached + read
        written = as_whole(self._usage.get("completion_tokens"))
        written = written or self._number("predicted_n")
        if self._timings:
            reading = _nanoseconds(self._timings.get("prompt_ms"))
            writing = _nanoseconds(self._timings.get("predicted_ms"))
        else:
            reading, writing = first - self._started, now - first
        return Usage(
            total_duration=max(now - self._started, reading + writing),
            prompt_eval_count=prompt,
            prompt_eval_duration=reading,
            eval_count=written,
            eval_duration=writing,
            first_token_duration=self._first and self._first - self._started,
            prompt_eval_cached_count=self._cached(),
        )

    def _cached(self) -> int | None:
        """Tokens of the prompt from the cache, None if neither OpenAI's field nor
        llama.cpp's says so."""
        details = as_mapping(self._usage.get("prompt_tokens_details"))
        told = known_whole(details.get("cached_tokens"))
        return told if told is not None else known_whole(self._timings.get("cache_n"))

    def _number(self, name: str) -> int:
        return as_whole(self._timings.get(name))


def _pieces(delta: Mapping[str, Any]) -> Iterator[Event]:
    for name in ("reasoning_content", "reasoning"):
        thought = delta.get(name)
        if isinstance(thought, str) and thought:
            yield Thinking(thought)
            break  # some servers send both names with the same text
    for name in ("content", "refusal"):
        content = delta.get(name)
        if isinstance(content, str) and content:
            yield Text(content)
        elif isinstance(content, list):
            yield from _parts(content)


def _parts(parts: list[Any]) -> Iterator[Event]:
    """Content as a list of parts, as Mistral sends it."""
    for part in parts:
        if not isinstance(part, Mapping):
            continue
        if isinstance(text := part.get("text"), str) and text:
            yield Text(text)
        elif isinstance(inner := part.get("thinking"), list):
            for event in _parts(inner):
                if isinstance(event, Text):
                    yield Thinking(event.delta)


def _nanoseconds(milliseconds: object) -> int:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return 0
    return as_whole(milliseconds * 1e6)
