"""What a host can do is asked of its provider, never guessed from its kind."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

import llmtui
from llmtui.chat.capabilities import Capabilities
from llmtui.chat.options import OPTIONS
from llmtui.hosts import parse_host
from llmtui.providers.factory import open_provider
from llmtui.providers.protocol import capabilities
from llmtui.providers.scripted import Scripted
from tests.support.openai_server import DONE, Answer, FakeOpenAI, delta
from tests.support.program import run

PACKAGE = Path(llmtui.__file__).parent
MAY_READ_THE_KIND = (
    "providers",
    "hosts.py",
    "host_settings.py",
    "settings.py",
    "configuration.py",
)
"""Who opens providers, and who reads and writes hosts."""


def comparisons_with_a_kind(tree: ast.AST) -> Iterator[int]:
    """The lines that compare something with the kind of a host, or match on it."""
    kinds = {"ollama", "openai", "local"}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare | ast.Match):
            continue
        found = list(ast.walk(node))
        reads = any(isinstance(n, ast.Attribute) and n.attr == "kind" for n in found)
        names = {n.value for n in found if isinstance(n, ast.Constant)} & kinds
        if reads and names:
            yield node.lineno


def test_nobody_above_the_providers_looks_at_the_kind_of_a_host() -> None:
    guesses = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).parts[0] not in MAY_READ_THE_KIND
        for line in comparisons_with_a_kind(ast.parse(path.read_text("utf-8")))
    ]
    assert not guesses


def test_the_walk_finds_a_guess() -> None:
    guess = 'if self.monitor.host.kind in ("ollama", "local"):\n    pass'
    assert list(comparisons_with_a_kind(ast.parse(guess))) == [1]


@pytest.mark.parametrize(
    ("host", "able"),
    [
        (
            "",
            Capabilities(
                describes=True,
                runs=True,
                pulls=True,
                manages=True,
                creates=True,
                recommends=True,
                previews=True,
                truncates=True,
            ),
        ),
        (
            "openai+http://box:8000/v1",
            Capabilities(describes=True, previews=True, counts=True),
        ),
    ],
)
async def test_a_provider_tells_what_it_can(host: str, able: Capabilities) -> None:
    provider = open_provider(parse_host(host))
    found = capabilities(provider)
    assert found._replace(options=able.options) == able
    assert ("num_ctx" in found.options) == able.runs
    assert found.options <= OPTIONS.keys()
    await provider.aclose()


async def test_the_built_in_model_prepares_and_takes_a_context_length() -> None:
    provider = open_provider(parse_host("local"))
    found = capabilities(provider)
    assert found.prepares
    assert "num_ctx" in found.options
    await provider.aclose()


def test_the_script_can_do_all_but_prepare() -> None:
    able = capabilities(Scripted())
    cannot = {name for name, can in able._asdict().items() if not can}
    assert cannot == {"prepares"}


async def test_ask_says_which_options_mean_nothing_there() -> None:
    async with FakeOpenAI() as server:
        server.stream(delta(content="Hi"), delta("stop"), DONE)
        host = f"openai+{server.url}/v1"
        line = ("ask", "-m", "m", "-o", "num_ctx=4096", "-o", "seed=1", "hi")
        done = await asyncio.to_thread(run, *line, "--host", host)
        assert (done.code, done.out) == (0, "Hi\n")
        assert "takes no num_ctx: its server decides that" in done.err
        assert "seed" not in done.err


async def test_who_cannot_pull_is_not_told_to() -> None:
    async with FakeOpenAI() as server:
        server.play(Answer('{"data": []}'), Answer('{"data": []}'), path="/v1/models")
        host = f"openai+{server.url}/v1"
        for line in (["ask", "hi"], ["doctor"]):
            done = await asyncio.to_thread(run, *line, "--host", host)
            assert "no model" in done.err or "there are none" in done.out
            assert "llmtui pull" not in done.out + done.err
