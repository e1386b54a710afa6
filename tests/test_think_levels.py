"""One list of the levels of thinking, wherever they are read, offered or listed."""

from __future__ import annotations

from typing import get_args

import pytest

from llmtui.chat.options import OptionError
from llmtui.chat.request import Think, parse_think, think_word
from llmtui.chat.think_levels import THINK_CHOICES, THINK_LEVELS
from llmtui.cli.table import VERBS
from llmtui.cli.verbs.completion import candidates
from llmtui.cli.verbs.config import TEMPLATE
from llmtui.commands.table import BY_ID


def test_the_type_of_a_request_has_every_level() -> None:
    literal = next(arg for arg in get_args(Think) if get_args(arg))
    assert get_args(literal) == THINK_LEVELS


def test_every_choice_is_read_and_named_as_it_is_shown() -> None:
    assert [think_word(parse_think(name)) for name, _ in THINK_CHOICES] == [
        name for name, _ in THINK_CHOICES
    ]
    with pytest.raises(OptionError, match="on, off, low, medium, high or max"):
        parse_think("hard")


@pytest.mark.parametrize("level", THINK_LEVELS)
def test_every_level_is_offered_everywhere(level: str) -> None:
    think = next(o for v in VERBS for o in v.options if o.names == ("--think",))
    assert think.optional is not None
    assert think.optional(level.upper())
    assert level in candidates(["ask", "--think", ""], lambda _: (), lambda: ())
    assert level in BY_ID["think"].argument
    assert f'"{level}"' in TEMPLATE
    assert level in [name for name, _ in THINK_CHOICES]
