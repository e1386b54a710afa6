"""The screen of hosts: which there are, and naming, changing and removing them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Checkbox, Input, TextArea

from llmtui.access import Access
from llmtui.chat.models import Account
from llmtui.configuration import load
from llmtui.host_settings import HIDDEN
from llmtui.hosts import BUILTIN, Host, parse_host
from llmtui.jobs.core import Core
from llmtui.jobs.host_checks import HostReport
from llmtui.jobs.host_editor import HostEditor
from llmtui.places import Places
from llmtui.providers.errors import SignInNeeded, Unreachable
from llmtui.providers.ollama import Ollama
from llmtui.providers.scripted import Scripted
from llmtui.settings import Settings, SettingsError
from llmtui.state import State
from llmtui.ui.app import LlmtuiApp
from llmtui.ui.dialogs.host_form import HostFormDialog
from llmtui.ui.dialogs.hosts import HostsDialog, more_of, row_label
from llmtui.ui.start import Start
from llmtui.ui.widgets.header import HostState
from llmtui.ui.widgets.status import Status
from tests.support.app import Chat, settled
from tests.support.server import FakeOllama, Reply

CONFIG = """\
# mine
[hosts.box]  # the big one
url = "http://me:s3cret@box:11434"  # upstairs
headers = { X-Token = "t0ken" }
"""
LINK = "https://ollama.com/connect?k=1"


@asynccontextmanager
async def hosts_screen(
    places: Places, *, size: tuple[int, int] = (120, 30)
) -> AsyncIterator[tuple[Chat, list[Host]]]:
    """The app with a configuration, and the hosts that it opened."""
    places.config.mkdir(parents=True)
    places.config_file.write_text(CONFIG)
    here, there = Scripted(["here"]), Scripted(["a", "b"])
    there.signed_in = LINK
    here.signed_in = Account("ann", plan="pro")
    dead = Scripted()
    dead.down = Unreachable("no answer", advice="Start it.")
    opened: list[Host] = []

    def open_provider(host: Host) -> Scripted:
        opened.append(host)
        return {"box": there, "127.0.0.1": here}.get(host.hostname, dead)

    settings = load(places, {})
    host = settings.find_host()
    app = LlmtuiApp(
        Start(
            settings=settings,
            state=State.load(places.state_file),
            places=places,
            open_core=lambda: Core(places, open_provider, host),
            host=host,
        )
    )
    async with app.run_test(size=size) as pilot:
        chat = Chat(pilot, app, here)
        await settled(chat)
        await chat.say("/hosts")
        await chat.until(lambda: isinstance(app.screen, HostsDialog))
        yield chat, opened


async def test_a_host_is_named_tried_changed_removed_and_brought_back(
    places: Places,
) -> None:
    async with hosts_screen(places) as (chat, opened):
        await chat.until("signed in: ann (pro)")
        await chat.until("nobody is signed in")

        await chat.press("ctrl+n")
        await chat.until("new host")
        await chat.press(*"gpu", "tab", *"ftp://x", "ctrl+s")
        await chat.until("a host begins with http:// or https://")
        form = chat.app.screen
        form.query_one("#address", Input).value = "https://ann:pass@box:443"
        form.query_one("#headers", TextArea).text = "X-Token: other"
        form.query_one(Checkbox).value = False
        await chat.press("ctrl+t")
        await chat.until("2 models")
        assert opened[-1].userinfo == "ann:pass"
        assert "gpu" not in places.config_file.read_text(), "it was only tried"
        await chat.press("ctrl+s")
        await chat.until("certificate not checked")
        assert "pass" not in chat.text
        assert places.config_file.read_text() == CONFIG + (
            '\n[hosts.gpu]\nurl = "https://ann:pass@box:443"\n'
            'headers = { X-Token = "other" }\nverify = false\n'
        )

        await chat.press(*"box:11434", "ctrl+e")
        await chat.until("host box")
        assert HIDDEN in chat.text
        assert "s3cret" not in chat.text
        assert "t0ken" not in chat.text
        address = chat.app.screen.query_one("#address", Input)
        address.value = address.value.replace("11434", "8080")
        await chat.press("escape")
        await chat.until("esc once more gives it up")
        await chat.press("ctrl+s")
        await chat.until("http://box:8080")
        changed = CONFIG.replace("11434", "8080")
        assert places.config_file.read_text().startswith(changed)

        chat.app.screen.query_one(Input).value = "box:8080"
        await chat.press("delete")
        await chat.until_said("removed box: ctrl+z brings it back")
        assert "[hosts.box]" not in places.config_file.read_text()
        await chat.press("ctrl+z")
        await chat.until_said("box is back")
        assert places.config_file.read_text().startswith(changed)

        await chat.until("http://box:8080")
        chat.app.screen.query_one(Input).value = "box:8080"
        await chat.press("ctrl+b")
        await chat.until_said(f"no browser here: {LINK}")
        await chat.press("enter")
        await chat.until("Ready. a answers on box.")
        assert chat.screen.chat.monitor.host.userinfo == "me:s3cret"
        assert "s3cret" not in chat.text + chat.said


async def test_the_host_that_is_spoken_to_is_changed_under_ones_feet(
    places: Places,
) -> None:
    async with hosts_screen(places) as (chat, opened):
        monitor = chat.screen.chat.monitor
        await chat.press(*"box", "enter")
        await chat.until("Ready. a answers on box.")
        editor = chat.screen.chat.hosts.editor
        await editor.save("box", {"url": "https://box", "verify": False}, "box")
        assert monitor.host == Host(
            "ollama", "https://box:443", "box", access=Access(verify=False)
        )
        await chat.until("box unverified")
        await chat.until(lambda: opened[-1].url == "https://box:443")
        assert opened[-1].userinfo == "", "what was taken away does not come back"
        await editor.remove("box")
        assert (monitor.host.name, monitor.host.url) == ("", "https://box:443")
        assert chat.screen.chat.host_switch.named("https://box:443") == monitor.host


async def test_a_failure_for_want_of_an_account_has_its_link_and_its_key(
    places: Places,
) -> None:
    async with hosts_screen(places, size=(60, 11)) as (chat, _):
        await chat.press("escape")
        advice = f"Sign in at {LINK} (or run `ollama signin` there)."
        chat.provider.replies.append(
            [SignInNeeded("nobody is signed in", url=LINK, advice=advice)]
        )
        chat.provider.signed_in = LINK
        await chat.say("hi")
        await chat.until(LINK)
        await chat.press("tab", "ctrl+u")
        await chat.until_said(LINK)
        chat.provider.down = Unreachable("no answer")
        chat.screen.chat.monitor.poke()
        status = chat.screen.query_one(Status)
        await chat.until(lambda: status.note == "localhost is down")


async def test_a_form_that_cannot_be_written_stays(places: Places) -> None:
    async with hosts_screen(places) as (chat, _):
        places.config_file.write_text("model = ")
        await chat.press("ctrl+n", *"gpu", "tab", *"gpu:1", "ctrl+s")
        await chat.until("is no valid TOML")
        form = chat.app.screen
        assert isinstance(form, HostFormDialog)
        form.query_one("#headers").focus()
        chat.app.post_message(events.Paste(huge := "X-Team: blue\n" * 2_000))
        await chat.until("[pasted 26 kB]")
        assert form.form.headers == huge
        assert "gpu" not in chat.screen.chat.hosts.editor._hosts


def silent(server: FakeOllama, places: Places, patience: float) -> LlmtuiApp:
    """The program with a server that accepts and never says which models it has."""
    server.answers["/api/tags"] = Reply(hold=True)
    host = parse_host(server.url)

    def open_provider(host: Host) -> Ollama | Scripted:
        return Ollama(host, patience=patience) if host.has_server else Scripted()

    return LlmtuiApp(
        Start(
            settings=Settings(),
            state=State.load(places.state_file),
            places=places,
            open_core=lambda: Core(places, open_provider, host),
            host=host,
        )
    )


async def test_a_prompt_waits_with_a_word_for_a_server_that_says_nothing(
    places: Places, server: FakeOllama
) -> None:
    app = silent(server, places, patience=60)
    async with app.run_test(size=(120, 30)) as pilot:
        chat = Chat(pilot, app, Scripted())
        await chat.until(lambda: chat.screen.controls is not None)
        await chat.say("hello")
        await chat.until("waits in line  hello")


async def test_a_server_that_accepts_and_says_nothing(
    places: Places, server: FakeOllama
) -> None:
    """It is not answering within seconds, and the prompt is in the input again."""
    app = silent(server, places, patience=0.5)
    async with app.run_test(size=(120, 30)) as pilot:
        chat = Chat(pilot, app, Scripted())
        await chat.until(lambda: chat.screen.controls is not None)
        await chat.say("hello")
        await chat.until_said("not sent: Ollama at http://127.0.0.1")
        assert "is not answering" in chat.said
        assert "down" in chat.text.split("\n")[0]
        assert chat.screen.prompt.text == "hello"
        del server.answers["/api/tags"]
        chat.screen.chat.monitor.poke()
        await chat.until("Ready.")
        await chat.press("enter")
        await chat.until(lambda: server.chats)


async def test_what_was_removed_does_not_come_back_over_another(places: Places) -> None:
    places.config.mkdir(parents=True)
    places.config_file.write_text(CONFIG)
    hosts = dict(load(places, {}).hosts)
    editor = HostEditor(places.config_file, hosts)
    assert await editor.restore() == ""
    await editor.remove("box")
    await editor.save("box", {"url": "http://other"})
    with pytest.raises(SettingsError, match="another host 'box' by now"):
        await editor.restore()
    await editor.remove("box")
    assert await editor.restore() == "box"
    assert hosts["box"].url == "http://other"
    await editor.remove("box")
    with pytest.raises(SettingsError, match="there is no host 'box'"):
        await editor.remove("box")


async def test_a_host_that_new_sessions_begin_with_is_missed(places: Places) -> None:
    places.config.mkdir(parents=True)
    places.config_file.write_text('host = "box"\n' + CONFIG)
    settings = load(places, {})
    hosts = dict(settings.hosts)
    editor = HostEditor(places.config_file, hosts, usual=settings.host)
    await editor.save("other", {"url": "http://other"})
    await editor.remove("other")
    assert editor.missed("other") == ""
    await editor.remove("box")
    assert "new sessions still begin with box" in editor.missed("box")


@pytest.mark.parametrize(
    ("state", "words"), [("up", "● box"), ("unknown", "○ box"), ("down", "○ box down")]
)
async def test_how_a_host_is_can_be_told_without_colours(
    state: str, words: str
) -> None:
    shown = HostState()
    shown.host, shown.state = "box", state

    class Alone(App[None]):
        def compose(self) -> ComposeResult:
            yield shown

    async with Alone().run_test():
        assert str(shown.render()) == words


def test_what_a_server_says_of_itself_is_text() -> None:
    evil = "\x1b[31mann\u202e[@click=app.quit]here[/]\nnext"
    error = Unreachable(evil, advice=evil)
    up = HostReport(BUILTIN, "up", None, evil, 1, evil)
    for report in (
        up,
        up._replace(account="", signin_url=evil),
        up._replace(error=error),
    ):
        for shown in (row_label(report, 200), more_of(report)):
            assert "[@click=app.quit]here[/]" in shown.plain
            assert not set("\x1b\u202e\n") & set(shown.plain)
            assert all("click" not in str(span.style) for span in shown.spans)
