"""Addresses: where they stand in a text, and whether they are what they look like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.markdown.addresses import Link, allowed, encoded, shown, suspicion
from llmtui.markdown.autolinks import autolinks
from llmtui.ui.widgets.log.render.inline import links_in


def found(text: str) -> list[str]:
    """The links of a text: the words, and the address where it is another one."""
    return [
        words if url == words else f"{words} -> {url}" for words, url in links_in(text)
    ]


# The examples of GFM's extension "autolink" (version 0.29), one line each. Of the
# schemes that are not opened (ftp, xmpp) nothing becomes a link.
@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("www.commonmark.org", ["www.commonmark.org"]),
        ("Visit www.commonmark.org/help for more.", ["www.commonmark.org/help"]),
        ("Visit www.commonmark.org.", ["www.commonmark.org"]),
        ("Visit www.commonmark.org/a.b.", ["www.commonmark.org/a.b"]),
        ("www.google.com/search?q=M+(b)", ["www.google.com/search?q=M+(b)"]),
        ("www.google.com/search?q=M+(b)))", ["www.google.com/search?q=M+(b)"]),
        ("(www.google.com/search?q=M+(b))", ["www.google.com/search?q=M+(b)"]),
        ("(www.google.com/search?q=M+(b)", ["www.google.com/search?q=M+(b)"]),
        ("www.google.com/search?q=(b))+ok", ["www.google.com/search?q=(b))+ok"]),
        ("www.google.com/search?q=c&hl=en", ["www.google.com/search?q=c&hl=en"]),
        ("www.google.com/search?q=c&hl;", ["www.google.com/search?q=c"]),
        ("www.commonmark.org/he<lp", ["www.commonmark.org/he"]),
        ("http://commonmark.org", ["http://commonmark.org"]),
        (
            "(Visit https://encrypted.google.com/search?q=Markup+(business))",
            ["https://encrypted.google.com/search?q=Markup+(business)"],
        ),
        ("Anonymous FTP is available at ftp://foo.bar.baz.", []),
        ("foo@bar.baz", ["foo@bar.baz"]),
        (
            "hello@mail+xyz.example isn't valid, but hello+xyz@mail.example is.",
            ["hello+xyz@mail.example"],
        ),
        ("a.b-c_d@a.b", ["a.b-c_d@a.b"]),
        ("a.b-c_d@a.b.", ["a.b-c_d@a.b"]),
        ("a.b-c_d@a.b-", []),
        ("a.b-c_d@a.b_", []),
        ("mailto:foo@bar.baz", ["mailto:foo@bar.baz"]),
        ("mailto:a.b-c_d@a.b-", []),
    ],
)
def test_the_examples_of_gfm(text: str, links: list[str]) -> None:
    assert [words for words, _ in links_in(text)] == links
    for words, url in links_in(text):
        scheme = "http://" if words.startswith("www.") else ""
        scheme = "mailto:" if "@" in words and ":" not in words else scheme
        assert url == scheme + words


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (
            "看https://a.b/c。然后www.d.e，me@f.gh！",
            ["https://a.b/c", "www.d.e", "me@f.gh"],
        ),
        ("`https://a.b` \\www.c", []),
        ("**https://a.b/c_d_e**, *www.f.g*", ["https://a.b/c_d_e", "www.f.g"]),
        ("http://localhost:8000/x?y=[1]", ["http://localhost:8000/x?y=[1]"]),
        ("http://[::1]:11434/api", ["http://[::1]:11434/api"]),
        ("[https://a.b](javascript:x)", ["https://a.b"]),
        ("www., awww.a.b, foo.py, a@b, e.g. this", []),
        ("www.a.b/*c* and https://a.b/~d~", ["www.a.b/*c", "https://a.b/~d"]),
        ("xhttps://a.b http:// https://", []),
        ("https://a.b/me@c.de", ["https://a.b/me@c.de"]),
    ],
)
def test_what_is_written_in_answers(text: str, links: list[str]) -> None:
    assert [words for words, _ in links_in(text)] == links


def test_links_of_markdown() -> None:
    assert found("[a *b* `c`](https://d.e 'f') ![g](https://h.i)") == [
        "a b c -> https://d.e",
        "g -> https://h.i",
    ]
    assert found("[![badge](https://a.b)](https://c.d)") == ["badge -> https://c.d"]
    assert found("[x](../y.md) [z](#w) <me@a.b>") == [
        "x -> ../y.md",
        "z -> #w",
        "me@a.b -> mailto:me@a.b",
    ]


@given(st.text(alphabet=":/.@w(htps)_-&;a[]*,。", max_size=60))
def test_an_address_is_a_piece_of_the_text(text: str) -> None:
    at = 0
    for start, end, url in autolinks(text):
        assert at <= start < end <= len(text)
        assert url.endswith(text[start:end].removeprefix("mailto:"))
        assert allowed(url)
        at = end


@pytest.mark.parametrize("piece", ["a", "@", "www.", "a@b", "https://", "www._", ":/"])
def test_a_long_line_takes_no_time(piece: str) -> None:
    autolinks(piece * 4_000)
    links_in(piece * 500 + "*")


@given(st.text())
def test_what_is_shown_and_sent_is_clean(url: str) -> None:
    assert encoded(f"https://{url}").isprintable()
    assert encoded(url).isascii()
    assert shown(f"https://{url}").isprintable() or " " in shown(url) or url


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("bank.com", "https://evil.com"),
        ("https://bank.com/login", "https://bank.com.evil.com/login"),
        ("Log in at www.bank.com now", "https://evil.com/www.bank.com"),
        ("bank.com", "https://bank.com@evil.com"),
        ("me@bank.com", "mailto:me@evil.com"),
        ("help@bank.com", "mailto:help@bank.com,me@evil.com"),
        ("here", "https://bank.com@evil.com/"),
        ("https://bank.com@evil.com", "https://bank.com@evil.com"),
        ("bank.com", "https://evil.com\\@bank.com"),
        ("here", "https://xn--pypal-4ve.com/"),
        ("https://pаypal.com", "https://pаypal.com"),
        ("https://аррӏе.com/", "https://xn--80ak6aa92e.com/"),
        ("github.io", "https://evil.com#github.io"),
        ("http://bank.com", "http://3232235777/"),
    ],
)
def test_a_link_that_may_deceive(words: str, url: str) -> None:
    assert suspicion(words, url)
    assert Link(words, url).target.endswith(f": {url}")


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("the docs", "https://docs.python.org/3/"),
        ("python.org", "https://docs.python.org/3/"),
        ("www.a.com", "http://a.com"),
        ("https://bücher.de/x", "https://xn--bcher-kva.de/x"),
        ("README.md", "https://github.com/x/y/README.md"),
        ("asyncio.run()", "https://docs.python.org/3/"),
        ("os.path, e.g. this, v1.2", "https://docs.python.org/3/"),
        ("me@bank.com", "mailto:me@bank.com"),
        ("me@bank.com", "https://people.example.org"),
        ("https://例え.jp", "https://例え.jp/"),
        ("bank.com", "#bank"),
        ("http://localhost:80", "http://localhost:80"),
    ],
)
def test_a_link_that_does_not(words: str, url: str) -> None:
    assert suspicion(words, url) == ""
