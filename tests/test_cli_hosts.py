"""``llmtui hosts``: listing, testing, adding and removing them."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator

import pytest

from llmtui.cli.main import main
from llmtui.hosts import parse_host
from llmtui.jobs.host_checks import check
from llmtui.places import user_places
from llmtui.providers.ollama import Ollama
from tests.support.server import FakeOllama, Reply, ServerThread

Out = pytest.CaptureFixture[str]
NOBODY = '{"error":"unauthorized","signin_url":"https://ollama.com/connect?k=1"}'


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerThread]:
    """A fake Ollama that the program finds by itself."""
    with ServerThread() as found:
        me = Reply(body='{"name":"ann","email":"a@b.c","plan":"pro"}')
        found.fake.answers["/api/me"] = me
        monkeypatch.setenv("OLLAMA_HOST", found.url)
        yield found


def run(out: Out, *line: str) -> tuple[int, str, str]:
    code = main(["hosts", *line])
    printed = out.readouterr()
    return code, printed.out, printed.err


def config() -> str:
    return user_places().config_file.read_text()


def test_a_host_from_first_to_last(server: ServerThread, capsys: Out) -> None:
    password = "http://ann:s3cret@" + server.url.removeprefix("http://")
    added = ("add", "box", password, "--header", "X-Token: t0ken", "--header", "X: $Y")
    assert run(capsys, *added)[0] == 0
    assert config() == (
        f'[hosts.box]\nurl = "{password}"\n'
        'headers = { X-Token = "t0ken", X = "$Y" }\n'
    )
    code, _, said = run(capsys, *added)
    assert (code, "there is a host 'box' already" in said) == (2, True)

    code, _, said = run(capsys, "test", "box")
    assert code == 3
    assert "box: the variable Y, which is to hold a header for this host" in said

    hidden = password.replace("ann:s3cret", "•••")
    changed = ("add", "box", hidden, "--header", "X-Token: •••", "--replace")
    assert run(capsys, *changed)[:2] == (
        0,
        "changed 'box'; see whether it is there: llmtui hosts test 'box'\n",
    )
    assert config() == f'[hosts.box]\nurl = "{password}"\n' + (
        'headers = { X-Token = "t0ken" }\n'
    )
    assert server.fake.requests == []
    code, told, _ = run(capsys, "test", "box")
    assert code == 0
    assert "box: 2 models · 0.33.0 · signed in: ann (pro) · user ••• · 1 header" in told
    assert server.fake.requests[0].headers["x-token"] == "t0ken"
    assert server.fake.requests[0].headers["authorization"].startswith("Basic ")

    assert run(capsys, "rm", "box") == (0, "removed 'box'\n", "")
    assert config() == ""
    assert run(capsys, "rm", "box")[0] == 2


def test_all_of_them(server: ServerThread, capsys: Out) -> None:
    run(capsys, "add", "dead", "https://127.0.0.1:9", "--no-verify")
    server.fake.answers["/api/me"] = Reply(status=401, body=NOBODY)
    code, told, _ = run(capsys)
    head, here, dead = told.splitlines()
    assert code == 0
    assert head.split()[4:] == ["MODELS", "VERSION", "ACCOUNT", "NOTES"]
    assert here.split()[3:6] == ["up", "2", "0.33.0"]
    assert "not signed in    of new sessions" in here
    assert dead.split()[:4] == ["dead", "ollama", "https://127.0.0.1:9", "down"]
    assert "certificate not checked" in dead
    code, told, said = run(capsys, "test")
    assert code == 3
    assert "sign in at https://ollama.com/connect?k=1" in told
    assert "dead: cannot connect" in said
    found = json.loads(run(capsys, "list", "--json")[1])
    assert [one["state"] for one in found] == ["up", "down"]
    assert found[0]["signin_url"] == "https://ollama.com/connect?k=1"
    assert found[1]["notes"] == ["certificate not checked"]
    assert main(["doctor", "--host", "dead", "--json"]) == 3
    (note,) = [
        one
        for one in json.loads(capsys.readouterr().out)
        if one["what"] == "certificate"
    ]
    assert note["state"] == "note"


def test_a_password_need_not_stand_in_the_history(
    capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("http://me:pw@box\n"))
    assert run(capsys, "add", "box", "-", "--json")[1] == '{\n  "added": "box"\n}\n'
    assert 'url = "http://me:pw@box"' in config()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["nope"], "there is no hosts 'nope'"),
        (["add", "box"], "llmtui hosts --help"),
        (["add", "box", "ftp://x"], "http:// or https://"),
        (["add", "local", "x"], "a host's name"),
        (["add", "http://box", "x"], "a host's name"),
        (
            ["add", "box", "x", "--header", "y"],
            "a header is written NAME: VALUE",
        ),
        (["add", "box", "http://•••@x"], "must be written out"),
        (["add", "box", "x", "--key-env", "sk-1.2"], "not the key itself"),
        (["test", "ftp://x"], "http:// or https://"),
    ],
)
def test_what_is_no_command(capsys: Out, line: list[str], words: str) -> None:
    code, told, said = run(capsys, *line)
    assert (code, told) == (2, "")
    assert words in said
    assert "sk-1" not in said


def test_a_host_that_accepts_and_says_nothing(
    server: ServerThread, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(Ollama.__init__.__kwdefaults__ or {}, "patience", 0.2)
    for path in ("/api/tags", "/api/version"):
        server.fake.answers[path] = Reply(body="{}", delay=60)
    for line in (["list"], ["ps"], ["hosts", "test"]):
        if line == ["ps"]:
            server.fake.answers["/api/ps"] = Reply(body="{}", delay=60)
        assert main(line) == 3
        assert "is not answering" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("reply", "account", "link"),
    [
        (Reply(body='{"name":"ann","plan":"free"}'), "ann (free)", ""),
        (Reply(status=401, body=NOBODY), "", "https://ollama.com/connect?k=1"),
        (Reply(status=503, body='{"error":"account unavailable"}'), "", ""),
        (Reply(body="null"), "", ""),
        (Reply(body="{}"), "", ""),
        (
            Reply(status=404, body="404 page", content_type="text/plain"),
            "",
            "",
        ),
    ],
)
async def test_who_is_signed_in(reply: Reply, account: str, link: str) -> None:
    async with FakeOllama() as fake:
        fake.answers["/api/me"] = reply
        host = parse_host(fake.url)
        provider = Ollama(host)
        reports = [report async for report in check(host, provider)]
        await provider.aclose()
    assert (reports[-1].state, reports[-1].models) == ("up", 2)
    assert (reports[-1].account, reports[-1].signin_url) == (account, link)


def test_ask_says_where_to_sign_in(
    server: ServerThread, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/api/chat", "/api/generate"):
        server.fake.answers[path] = Reply(status=401, body=NOBODY)
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert main(["ask", "-m", "smollm2", "hi"]) == 5
    said = capsys.readouterr().err
    assert "is not signed in to ollama.com" in said
    assert "Sign in at https://ollama.com/connect?k=1" in said


def test_a_host_in_whose_place_anybody_could_answer(
    capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(capsys, "add", "box", "https://127.0.0.1:1", "--no-verify")[0] == 0
    monkeypatch.setenv("OLLAMA_HOST", "box")
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        for line in (["list"], ["ask", "hi"], ["ask", "--save", "hi"]):
            assert main(line) == 3
            said = capsys.readouterr().err
            assert said.count("box: certificate not checked, anybody could") == 1
    assert main(["list", "--host", "https://127.0.0.1:2"]) == 3
    assert "certificate" not in capsys.readouterr().err


def test_names_are_completed(capsys: Out) -> None:
    run(capsys, "add", "gpu", "http://gpu")
    for line in (["--host", ""], ["hosts", "rm", "g"], ["ask", "--host", "gp"]):
        assert main(["__complete", "words", *line]) == 0
        assert capsys.readouterr().out == "gpu\n"
    main(["__complete", "words", "hosts", ""])
    assert capsys.readouterr().out.split() == ["list", "test", "add", "rm"]
