"""Numbers as people read them, at the edges; the examples are in the module."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from llmtui import human


@given(st.floats(0, 1e9))
def test_a_duration_is_short_and_never_sixty_of_anything(seconds: float) -> None:
    text = human.duration(seconds)
    assert len(text) <= 12
    assert not re.search(r"\b60 (s|min)", text)
    assert text.split()[-1] in ("s", "min", "h", "d")


@given(st.integers(0, 10**15))
def test_sizes_and_counts_have_three_digits_at_most(number: int) -> None:
    assert len(human.size(number).split()[0]) <= 4
    if number < 10**12:
        assert len(human.count(number)) <= 5


@given(st.timedeltas(timedelta(-5), timedelta(20_000)))
def test_an_age_fits_its_column(span: timedelta) -> None:
    now = datetime(2080, 1, 1, tzinfo=UTC)
    assert 0 < len(human.age((now - span).isoformat(), now)) <= 9


def test_a_time_without_a_zone_is_utc() -> None:
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert human.age("2026-01-01T11:00:00", now) == "1 h"
