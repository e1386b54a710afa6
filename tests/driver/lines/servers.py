"""Servers for command lines: a good one, and some that are none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.support.server import Reply, ServerThread

_PATHS = (
    "/api/version",
    "/api/tags",
    "/api/ps",
    "/api/show",
    "/api/chat",
    "/api/generate",
    "/api/pull",
    "/api/create",
    "/api/copy",
    "/api/delete",
    "/v1/models",
    "/v1/chat/completions",
)
DOWN = "http://127.0.0.1:1"
BAD = {
    "html": Reply(body="<html>\x1b[2Jhello</html>", content_type="text/html"),
    "garbage": Reply(raw="\x00\xff nonsense\r\n"),
    "silent": Reply(raw=" "),
    "error": Reply(status=500, body='{"error": {"a": ["\\ud800", 1e999]}}'),
    "empty": Reply(body=""),
    "odd": Reply(body='{"models": 5, "message": [], "version": {}, "done": "no"}\n'),
}


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Their addresses, by the kind."""
    with ExitStack() as open_:
        good = open_.enter_context(ServerThread(default=Reply("Hello there.")))
        cut = ServerThread(default=Reply(tokens=20, at=10, then="drop"))
        found = {"": good.url, "cut": open_.enter_context(cut).url, "down": DOWN}
        for kind, reply in BAD.items():
            bad = open_.enter_context(ServerThread())
            for path in _PATHS:
                bad.fake.answers[path] = reply
            found[kind] = bad.url
        yield found
