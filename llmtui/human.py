"""Durations, sizes, rates, counts and ages as people read them, and what they may have
meant by a name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime


def duration(seconds: float) -> str:
    """A span of time, as exact as one can use it.

    >>> [duration(s) for s in (0, 0.34, 4.12, 9.96, 59.7, 83, 3600, 9000)]
    ['0.0 s', '0.3 s', '4.1 s', '10 s', '1 min', '1 min 23 s', '1 h', '2 h 30 min']
    >>> duration(200_000), duration(-1)
    ('2 d 7 h', '0.0 s')
    """
    seconds = max(0.0, seconds)
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return _two(whole, 60, "min", "s")
    minutes = whole // 60
    if minutes < 24 * 60:
        return _two(minutes, 60, "h", "min")
    return _two(minutes // 60, 24, "d", "h")


def _two(value: int, by: int, large: str, small: str) -> str:
    whole, rest = divmod(value, by)
    return f"{whole} {large} {rest} {small}" if rest else f"{whole} {large}"


def size(count: float) -> str:
    """Bytes in decimal units, as Ollama shows them: three digits at most.

    >>> [size(n) for n in (0, 999, 1000, 94_100_000, 999_600, 2_019_377_376)]
    ['0 B', '999 B', '1.0 kB', '94 MB', '1.0 MB', '2.0 GB']
    """
    value = float(max(0, count))
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < (1000 if unit == "B" else 999.5):
            break
        if unit != "TB":
            value /= 1000
    return (
        f"{value:.0f} {unit}" if unit == "B" or value >= 9.95 else f"{value:.1f} {unit}"
    )


def rate(per_second: float) -> str:
    """Tokens per second, short enough for a status line.

    >>> rate(47.6), rate(3.14), rate(0)
    ('48/s', '3.1/s', '0.0/s')
    """
    return f"{per_second:.0f}/s" if per_second >= 9.95 else f"{per_second:.1f}/s"


def count(number: int) -> str:
    """A number of things, rounded from a thousand on.

    >>> [count(n) for n in (0, 999, 1234, 9960, 31_500, 999_700, 1_250_000)]
    ['0', '999', '1.2k', '10k', '32k', '1.0M', '1.2M']
    """
    if abs(number) < 1000:
        return str(number)
    for unit, one in (("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000)):
        value = number / one
        if abs(value) < 999.5 or unit == "G":
            return f"{value:.0f}{unit}" if abs(value) >= 9.95 else f"{value:.1f}{unit}"
    raise AssertionError("unreachable")


_AGES = (
    (60, 60, "min", "min"),
    (3600, 24, "h", "h"),
    (86_400, 7, "day", "days"),
    (7 * 86_400, 5, "week", "weeks"),
    (30 * 86_400, 12, "month", "months"),
)


def age(when: str, now: datetime | None = None) -> str:
    """How long ago ``when`` (RFC 3339) was, in nine characters at most.

    ``now`` needs a time zone. A time in the future is now, one that cannot be
    read is "".

    >>> at = datetime(2026, 11, 22, 18, tzinfo=UTC)
    >>> age("2026-11-22T17:59:30Z", at), age("2026-11-22T17:18:00+00:00", at)
    ('now', '42 min')
    >>> age("2026-11-21T17:00:00Z", at), age("2026-11-09T10:00:00Z", at)
    ('1 day', '1 week')
    >>> age("2026-01-09T10:00:00Z", at), age("2023-11-09T10:00:00Z", at), age("?", at)
    ('10 months', '3 years', '')
    """
    try:
        moment = datetime.fromisoformat(when)
    except ValueError:
        return ""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    if seconds < 60:
        return "now"
    for one, limit, singular, plural in _AGES:
        number = int(seconds // one)
        if number < limit:
            return f"{number} {singular if number == 1 else plural}"
    years = max(1, int(seconds // (365 * 86_400)))
    return f"{years} year" if years == 1 else f"{years} years"


def context_size(tokens: int) -> str:
    """The length of a context as it is named: in units of 1,024 where it fits.

    >>> context_size(8192), context_size(131072), context_size(2000)
    ('8k', '128k', '2.0k')
    """
    whole, rest = divmod(tokens, 1024)
    return f"{whole}k" if whole and not rest else count(tokens)


def parameters(words: str) -> str:
    """The number of a model's parameters in three digits, however it was worded.

    >>> parameters("134.52M"), parameters("7.2B"), parameters("8x7B")
    ('135M', '7.2B', '8x7B')
    """
    number, unit = words[:-1], words[-1:]
    if unit not in ("K", "M", "B", "T") or not number.replace(".", "", 1).isdecimal():
        return words
    value = float(number)
    return f"{value:.0f}{unit}" if value >= 10 else f"{value:.2g}{unit}"


def progress(status: str, completed: int, total: int) -> str:
    """A step and how far it is, with sizes where bytes move.

    >>> progress("fetching the model", 12_000_000, 94_000_000)
    'fetching the model 12 MB of 94 MB'
    >>> progress("loading", 0, 0)
    'loading'
    """
    return f"{status} {size(completed)} of {size(total)}" if total else status


def bar(done: int, total: int, width: int = 20) -> str:
    """How much is done, as a line of so many characters.

    >>> bar(5, 20, 8)
    '━━──────'
    """
    full = width * min(done, total) // total if total else width
    return "━" * full + "─" * (width - full)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like one that is not, "" if none is like it.

    >>> nearest("sesions", ["models", "sessions"]), nearest("x", ["models"])
    ('sessions', '')
    """
    import difflib

    return next(iter(difflib.get_close_matches(name, list(known), n=1)), "")


def unknown(words: str, name: str, known: Iterable[str]) -> str:
    """A sentence about an unknown name, with the nearest known one.

    >>> unknown("there is no setting 'modle'", "modle", ["model", "host"])
    "there is no setting 'modle'; did you mean 'model'?"
    >>> unknown("there is no setting 'x'", "x", ["model", "host"])
    "there is no setting 'x'; known are model, host"
    """
    known = list(known)
    near = nearest(name, known)
    return f"{words}; " + (
        f"did you mean {near!r}?" if near else f"known are {', '.join(known)}"
    )
