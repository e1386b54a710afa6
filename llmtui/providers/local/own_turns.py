"""The words that a model brings with it, before those of a request. Pure."""

from __future__ import annotations

from dataclasses import replace

from llmtui.chat.request import ChatRequest, Turn
from llmtui.providers.local.model_files import ModelFiles


def with_own(files: ModelFiles, request: ChatRequest) -> ChatRequest:
    """A request with the name and the messages that the model has here.

    They go before the conversation, as in Ollama; the system prompt gives way to
    one of the request (``server/routes.go``, ``ChatHandler``).
    """
    own = [
        Turn(role, message.get("content", ""))  # type: ignore[arg-type]
        for message in files.messages
        if (role := message.get("role")) in ("system", "user", "assistant")
    ]
    has_system = request.turns and request.turns[0].role == "system"
    if files.system and not has_system:
        own.insert(0, Turn("system", files.system))
    return replace(request, model=files.name, turns=(*own, *request.turns))
