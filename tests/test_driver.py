"""A short run of the driver: any keys, any clicks, any moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.driver.events import Event
from tests.driver.maker import Maker
from tests.driver.play import play
from tests.support.terminal import PATIENCE

pytestmark = pytest.mark.e2e


def test_a_seed_makes_the_same_events_and_a_line_is_read_back() -> None:
    events = Maker(3).events(500)
    assert events == Maker(3).events(500)
    assert [Event.read(str(event)) for event in events] == events


@pytest.mark.parametrize(("seed", "size"), [(1, (80, 24)), (2, (120, 40))])
def test_nothing_ends_it_but_the_user(
    tmp_path: Path, seed: int, size: tuple[int, int]
) -> None:
    outcome = play(Maker(seed).events(200), tmp_path, size, PATIENCE)
    assert outcome.faults == []
    assert outcome.asked
