"""The fake Ollama itself, as other tests rely on it."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.server import Reply, ServerThread

ASK = json.dumps({"model": "smollm2", "messages": [{"role": "user", "content": "?"}]})


def post(url: str, path: str, body: str = "") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    connection.request("POST", path, body)
    with connection.getresponse() as answer:
        found = answer.status, answer.read()
    connection.close()
    return found


def test_in_a_thread() -> None:
    with ServerThread(replies=[Reply("one two")]) as server:
        status, body = post(server.url, "/api/chat", ASK)
        server.wait(lambda fake: fake.chats and fake.chats[0].finished)
        assert server.fake.running == ["smollm2:latest"]
    lines = [json.loads(line) for line in body.splitlines()]
    assert status == 200
    assert [line["message"]["content"] for line in lines] == ["one", " two", ""]
    assert lines[-1]["done"] is True
    assert lines[-1]["eval_count"] == 2


def test_a_client_in_a_thread_that_hangs_up() -> None:
    with ServerThread(replies=[Reply(hold=True)]) as server:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
        connection.request("POST", "/api/chat", ASK)
        server.wait(lambda fake: fake.held)
        connection.close()
        server.wait(lambda fake: fake.requests[0].hung_up)


def test_as_a_child() -> None:
    script = {"models": ["m"], "replies": ["hi", {"status": 500, "error": "no"}]}
    command = [sys.executable, "-m", "tests.support.server", "--script"]
    with subprocess.Popen(
        [*command, json.dumps(script)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    ) as child:
        assert child.stdout is not None
        url = child.stdout.readline().strip()
        ask = ASK.replace("smollm2", "m")
        assert b'"content":"hi"' in post(url, "/api/chat", ask)[1]
        assert post(url, "/api/chat", ask) == (500, b'{"error":"no"}')
        assert post(url, "/api/chat", ASK)[0] == 404
        assert post(url, "/_go_on")[0] == 200
        child.terminate()
