"""Links open only where that makes sense, and only links."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from llmtui.desktop.browser import open_in_browser
from llmtui.markdown.addresses import Link
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.ui.widgets.log.view import MessageLog
from tests.support.app import chatting


def test_an_address_of_the_web_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = set[str]()

    def opener(url: str) -> bool:
        opened.add(url)
        return True

    monkeypatch.setenv("DISPLAY", ":0")
    assert open_in_browser("https://example.com/", opener)
    assert opened == {"https://example.com/"}


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:x", "ssh://h", ""])
def test_nothing_else_is(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    assert not open_in_browser(url, lambda _: pytest.fail("opened"))


@pytest.mark.skipif(sys.platform == "win32", reason="browsers are no scripts there")
@pytest.mark.parametrize("code", [0, 1])
def test_what_a_browser_prints_does_not_reach_the_terminal(
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    browser = tmp_path / "browser"
    said = tmp_path / "said"
    browser.write_text(
        f'#!/bin/sh\necho "$@" | tee {said}; cat; echo bad >&2; exit {code}'
    )
    browser.chmod(0o700)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("BROWSER", str(browser))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    open_in_browser("https://example.com/")
    assert said.read_text() == "https://example.com/\n"
    assert capfd.readouterr() == ("", "")


async def test_without_a_display_the_address_is_shown(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "llmtui.desktop.browser.has_display", lambda env, platform: False
    )
    async with chatting(Scripted(["smollm2"]), places) as chat:
        log = chat.screen.log_view
        link = Link("here", "https://example.com/a")
        log.post_message(MessageLog.LinkClicked(log, link))
        await chat.until_said("no browser here: https://example.com/a")
