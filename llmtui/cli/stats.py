"""What a reply cost, in the lines of ``ollama run --verbose``."""

from __future__ import annotations

from llmtui.chat.usage import Usage

_UNITS = (("ms", 1_000_000), ("µs", 1_000), ("ns", 1))


def go_duration(nanoseconds: int) -> str:
    """Nanoseconds as Go's ``time.Duration`` prints them.

    >>> [go_duration(n) for n in (4_883_583_458, 1_334_875, 4_535_599_000, 0)]
    ['4.883583458s', '1.334875ms', '4.535599s', '0s']
    >>> [go_duration(n) for n in (950, 1_500, 83_000_000_000, 7_265_500_000_000)]
    ['950ns', '1.5µs', '1m23s', '2h1m5.5s']
    """
    if not nanoseconds:
        return "0s"
    if nanoseconds < 1_000_000_000:
        unit, one = next(pair for pair in _UNITS if nanoseconds >= pair[1])
        return _decimal(nanoseconds, one) + unit
    minutes, rest = divmod(nanoseconds, 60_000_000_000)
    hours, minutes = divmod(minutes, 60)
    seconds = _decimal(rest, 1_000_000_000) + "s"
    if hours:
        return f"{hours}h{minutes}m{seconds}"
    return f"{minutes}m{seconds}" if minutes else seconds


def _decimal(value: int, one: int) -> str:
    whole, fraction = divmod(value, one)
    if not fraction:
        return str(whole)
    digits = str(fraction).zfill(len(str(one)) - 1).rstrip("0")
    return f"{whole}.{digits}"


def stats_lines(usage: Usage) -> str:
    """The lines of ``types.Metrics.Summary``, each only if there is something in it.

    >>> print(stats_lines(Usage(eval_count=282, eval_duration=4_535_599_000)), end="")
    eval count:           282 token(s)
    eval duration:        4.535599s
    eval rate:            62.17 tokens/s
    """
    rows: list[tuple[str, str]] = []
    _span(rows, "total duration:", usage.total_duration)
    _span(rows, "load duration:", usage.load_duration)
    for what, count, span in (
        ("prompt eval", usage.prompt_eval_count, usage.prompt_eval_duration),
        ("eval", usage.eval_count, usage.eval_duration),
    ):
        if count:
            rows.append((f"{what} count:", f"{count} token(s)"))
        _span(rows, f"{what} duration:", span)
        if count and span and (what != "eval" or usage.rate is not None):
            rows.append((f"{what} rate:", f"{count / span * 1e9:.2f} tokens/s"))
    return "".join(f"{name:<22}{value}\n" for name, value in rows)


def _span(rows: list[tuple[str, str]], name: str, nanoseconds: int) -> None:
    if nanoseconds:
        rows.append((name, go_duration(nanoseconds)))
