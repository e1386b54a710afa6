"""The real ``llmtui serve``: where it listens, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from llmtui.providers.local.offer import extra_installed
from tests.support.program import run, start

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not extra_installed(), reason="needs the extra `local`"),
]


@pytest.fixture
def served() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The program and its address."""
    with start("serve", "--port", "0") as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline().decode()
            assert "serving Ollama's API on http://127.0.0.1:" in said
            yield process, said.split(" on ")[1].split()[0]
        finally:
            process.kill()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_answers_until_a_signal(
    served: tuple[subprocess.Popen[bytes], str], how: signal.Signals
) -> None:
    process, url = served
    with httpx.Client(base_url=url, trust_env=False) as client:
        assert client.get("/").text == "Ollama is running"
        names = [model["name"] for model in client.get("/api/tags").json()["models"]]
        assert "smollm2:135m" in names
    process.send_signal(how)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert err.decode().splitlines() == ["200 GET /", "200 GET /api/tags"]


def test_our_own_verbs_talk_to_it(
    served: tuple[subprocess.Popen[bytes], str],
) -> None:
    _, url = served
    listed = run("list", "--host", url)
    assert (listed.code, listed.err) == (0, "")
    assert "smollm2:135m" in listed.out
    assert run("ps", "--host", url).out.startswith("NAME")


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        env = {**os.environ, "OLLAMA_HOST": f"127.0.0.1:{port}"}
        done = run("serve", env=env)
    assert done.code == 1
    assert "is taken, perhaps by Ollama itself" in done.err


@pytest.mark.parametrize(
    ("arguments", "host", "said"),
    [
        (("--port", "many"), "", "--port is a number up to 65535, not 'many'"),
        ((), "ftp://x", "OLLAMA_HOST: a host begins with http://"),
    ],
)
def test_an_address_that_is_none(
    arguments: tuple[str, ...], host: str, said: str
) -> None:
    done = run("serve", *arguments, env={**os.environ, "OLLAMA_HOST": host})
    assert done.code == 2
    assert said in done.err
