"""Times and ids as the session files hold them."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta


def now() -> str:
    """The time, RFC 3339 in UTC with microseconds: ``2026-11-22T18:50:01.123456Z``."""
    return stamp(datetime.now(UTC))


def after(seconds: float) -> str:
    """The time that many seconds from now."""
    return stamp(datetime.now(UTC) + timedelta(seconds=seconds))


def stamp(moment: datetime) -> str:
    """``moment`` (with a time zone) as the session files write it.

    >>> stamp(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05.000000Z'
    """
    return (
        moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00")
        + "Z"
    )


def moment_stamp(seconds: float) -> str:
    """Seconds since 1970 as the session files write a time; "" for no such time.

    >>> moment_stamp(1_767_322_800.5)
    '2026-01-02T03:00:00.500000Z'
    """
    try:
        return stamp(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, OSError, ValueError):
        return ""


def moment(text: str) -> datetime | None:
    """The time that ``text`` (RFC 3339, up to nine fraction digits) means, or None.

    >>> moment("2026-01-02T03:04:05.123456789+01:00").isoformat()
    '2026-01-02T02:04:05.123456+00:00'
    >>> moment("yesterday") is None
    True
    """
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def new_id() -> str:
    """An id that sorts by its time: UTC to the millisecond, then 64 random bits.

    ``20261122T185001123-9f86d081884c7d65``. Made from ``os.urandom`` because
    the modules ``uuid`` and ``secrets`` cost 15 ms at start.
    """
    time = datetime.now(UTC)
    return f"{time:%Y%m%dT%H%M%S}{time.microsecond // 1000:03d}-{os.urandom(8).hex()}"
