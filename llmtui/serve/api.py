"""From a request to its handler: paths, methods, errors and who may ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from llmtui.providers.protocol import Provider
from llmtui.serve import openai_answers
from llmtui.serve.access import Access
from llmtui.serve.backend import Backend
from llmtui.serve.errors import ApiError
from llmtui.serve.http_message import Request, Response
from llmtui.serve.json_body import json_response
from llmtui.serve.managing import ManagingApi
from llmtui.serve.ollama import OllamaApi
from llmtui.serve.openai import OpenAIApi

_Handler = Callable[[Request], Awaitable[Response]]
_LOOK, _ASK = ("GET", "HEAD"), ("POST",)


class Api:
    """Answers requests from one provider."""

    def __init__(
        self,
        provider: Provider,
        address: str,
        origins: Sequence[str] = (),
        said: Callable[[str], None] = lambda line: None,
    ) -> None:
        """``address`` is what is listened on; ``said`` gets a line a request."""
        self._access = Access(address, origins)
        self._said = said
        backend = Backend(provider)
        ollama, openai = OllamaApi(backend), OpenAIApi(backend)
        managing = ManagingApi(backend)
        self._openai = openai
        self._routes: Mapping[str, tuple[tuple[str, ...], _Handler]] = {
            "/": (_LOOK, ollama.root),
            "/api/version": (_LOOK, ollama.version),
            "/api/tags": (_LOOK, ollama.tags),
            "/api/ps": (("GET",), ollama.ps),
            "/api/show": (_ASK, ollama.show),
            "/api/chat": (_ASK, ollama.chat),
            "/api/generate": (_ASK, ollama.generate),
            "/api/embed": (_ASK, ollama.embed),
            "/api/embeddings": (_ASK, ollama.embed),
            "/api/pull": (_ASK, managing.pull),
            "/api/create": (_ASK, managing.create),
            "/api/copy": (_ASK, managing.copy),
            "/api/delete": (("DELETE",), managing.delete),
            "/v1/models": (("GET",), openai.models),
            "/v1/chat/completions": (_ASK, openai.chat),
        }

    async def answer(self, request: Request) -> Response:
        """The answer to a request. Never raises but for cancelling."""
        if not self._access.allows(request):
            response = Response(status=403)
        elif request.method == "OPTIONS" and request.headers.get("origin"):
            response = Response(status=204)
        else:
            try:
                response = await self._handled(request)
            except Exception as error:
                # The last resort: one request must not end those of others.
                self._said(f"{request.path}: {type(error).__name__}: {error}")
                response = json_response({"error": "internal server error"}, 500)
        response.headers |= self._access.headers(request)
        self._said(f"{response.status} {request.method} {request.path}")
        return response

    async def _handled(self, request: Request) -> Response:
        methods, handler = self._routes.get(request.path, ((), None))
        if handler is None and request.path.startswith("/v1/models/"):
            methods, handler = ("GET",), self._openai.model
        if handler is None:
            return Response(b"404 page not found", 404, "text/plain")
        if request.method not in methods:
            return Response(b"405 method not allowed", 405, "text/plain")
        try:
            return await handler(request)
        except ApiError as error:
            if request.path.startswith("/v1/"):
                return json_response(openai_answers.error(error), error.status)
            return json_response({"error": str(error)}, error.status)
