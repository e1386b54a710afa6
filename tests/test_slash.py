"""Lines that begin with a slash or with quotes, and how a prompt like that is typed."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from llmtui.slash import QUOTES, escaped, is_open, read_slash, unescaped

Q = QUOTES


@given(st.text(st.sampled_from('"/ab \n')))
@example(f"{Q}a{Q}")
@example(f"{Q}a{Q}\nb")
@example(f"/a {Q}")
def test_every_prompt_can_be_typed(prompt: str) -> None:
    typed = escaped(prompt)
    assert unescaped(typed) == prompt
    assert not is_open(typed)
    assert read_slash(typed) is None


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        (f"{Q}one{Q}", "one"),
        (f"{Q}\none\n\ntwo\n{Q}", "one\n\ntwo"),
        (f"{Q}one\ntwo{Q} ", "one\ntwo"),
        (f"{Q}\nx = {Q}doc{Q}\n{Q}", f"x = {Q}doc{Q}"),
        (f"{Q}A module.{Q}\nimport this", f"{Q}A module.{Q}\nimport this"),
        (f"{Q}{Q}", ""),
        (f"what is {Q}", f"what is {Q}"),
    ],
)
def test_the_quotes_of_a_block_are_not_sent(typed: str, sent: str) -> None:
    assert not is_open(typed)
    assert unescaped(typed) == sent


@pytest.mark.parametrize(
    "typed",
    [Q, f"{Q}one", f"{Q}\none\n", f"/set system {Q}", f"/system {Q}a\nb", Q + '"'],
)
def test_a_block_is_open_until_its_end(typed: str) -> None:
    assert is_open(typed)


def test_a_command_takes_a_block() -> None:
    slash = read_slash(f"/system {Q}\nbe brief\nbe kind\n{Q}")
    assert slash is not None
    assert slash.argument == "be brief\nbe kind"
    slash = read_slash(f"/set system {Q}be brief{Q}")
    assert slash is not None
    assert slash.argument == "system be brief"
