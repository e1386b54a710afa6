"""The address behind the words of a link is the one that markdown-it finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markdown_it.helpers import parseLinkDestination

from llmtui.ui.widgets.log.render.link_target import link_target

addresses = st.text(st.sampled_from("<>()\\ \n\x7fa漢&amp;"), max_size=12)


@given(addresses, st.integers(0, 3))
def test_an_address_is_found_as_markdown_it_finds_it(text: str, short: int) -> None:
    stop = len(text) - short
    if stop <= 0:
        return
    wanted = parseLinkDestination(text, 0, stop)
    found = link_target(text, 0, stop)
    assert (found.ok, found.pos, found.str) == (wanted.ok, wanted.pos, wanted.str)


def test_parentheses_in_pairs_belong_to_an_address_however_deep() -> None:
    text = "a" + "(" * 100 + ")" * 100
    assert link_target(text + ") b", 0, 300).str == text
    assert not link_target("a" + "(" * 100 + ")" * 99, 0, 200).ok
