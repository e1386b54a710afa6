"""``llmtui hosts``: which there are, how they are, and which there shall be."""

from __future__ import annotations

import asyncio
import sys
from contextlib import aclosing
from typing import Any

from llmtui.cli.context import REFUSED, Context, complain, say, say_json
from llmtui.cli.failures import exit_code
from llmtui.cli.options import UsageError, near
from llmtui.cli.tables import table
from llmtui.cli.verb_options import HOST_ACTIONS
from llmtui.host_settings import notes
from llmtui.hosts import Host, HostError
from llmtui.jobs.host_checks import HostReport, check
from llmtui.jobs.host_editor import HostEditor
from llmtui.jobs.host_form import read_headers
from llmtui.providers.errors import ProviderError


def hosts(context: Context) -> int:
    """``list``, ``test``, ``add`` or ``rm``."""
    action, *words = context.words or ("list",)
    match action, words:
        case "list", []:
            return _list(context)
        case "test", names:
            return _test(context, names)
        case "add", [name, url]:
            return _add(context, name, url)
        case "rm", [_, *_]:
            return _rm(context, words)
    if action in HOST_ACTIONS:
        raise UsageError("see how it is used with: llmtui hosts --help")
    raise UsageError(near(f"there is no hosts {action!r}", action, HOST_ACTIONS))


def _list(context: Context) -> int:
    reports = asyncio.run(_ask(context, _all(context)))
    if context.parsed.given("json"):
        say_json([_as_json(report, context.host) for report in reports])
        return 0
    head = "NAME KIND URL STATE MODELS VERSION ACCOUNT NOTES"
    say(table(head.split(), [_row(report, context.host) for report in reports]))
    return 0


def _test(context: Context, names: list[str]) -> int:
    found = [context.settings.find_host(name) for name in names] or _all(context)
    reports = asyncio.run(_ask(context, found))
    if context.parsed.given("json"):
        say_json([_as_json(report, context.host) for report in reports])
    code = 0
    for report in reports:
        error = report.error
        if not context.parsed.given("json"):
            _tell(report)
        if error and report.state == "down":
            code = code or exit_code(error) or REFUSED
    return code


def _tell(report: HostReport) -> None:
    host, error = report.host, report.error
    if error and report.state == "down":
        complain(f"{host.label}: {error.sentence}")
        return
    from llmtui.sanitise import clean_line

    where = "\n".join(filter(None, (report.words, *notes(host)))).replace("\n", " · ")
    say(clean_line(f"{host.label}: {where} · {report.seconds:.2f} s") + "\n")
    if report.signin_url:
        say(clean_line(f"{host.label}: sign in at {report.signin_url}") + "\n")


def _add(context: Context, name: str, url: str) -> int:
    parsed = context.parsed
    if url == "-":
        url = sys.stdin.readline().strip() if sys.stdin else ""
    texts = ("kind", "key-env", "key-command", "ca-file", "proxy")
    wanted: dict[str, Any] = {
        option.replace("-", "_"): parsed.text(option)
        for option in texts
        if parsed.given(option)
    }
    if headers := _headers(parsed.many("header")):
        wanted["headers"] = headers
    if parsed.given("no-verify"):
        wanted["verify"] = False
    editor = _editor(context)
    replaced = parsed.given("replace") and name in context.settings.hosts
    was = name if replaced else ""
    asyncio.run(editor.save(name, {"url": url, **wanted}, was))
    done = "changed" if replaced else "added"
    if parsed.given("json"):
        say_json({done: name})
    else:
        say(f"{done} {name!r}; see whether it is there: llmtui hosts test {name!r}\n")
    return 0


def _rm(context: Context, names: list[str]) -> int:
    editor = _editor(context)
    for name in names:
        asyncio.run(editor.remove(name))
        if context.parsed.given("json"):
            say_json({"removed": name})
        else:
            say(f"removed {name!r}\n")
        if missed := editor.missed(name):
            complain(missed)
    return 0


def _editor(context: Context) -> HostEditor:
    settings = context.settings
    hosts = dict(settings.hosts)
    return HostEditor(context.places.config_file, hosts, usual=settings.host)


def _headers(given: tuple[str, ...]) -> dict[str, str]:
    try:
        return read_headers(given)
    except HostError as error:
        raise UsageError(f"--header: {error}") from None


def _all(context: Context) -> list[Host]:
    """The host of new sessions, and all that have a name."""
    named = [context.settings.find_host(name) for name in context.settings.hosts]
    found = {host.address: host for host in (context.host, *named)}
    return list(found.values())


async def _ask(context: Context, hosts: list[Host]) -> list[HostReport]:
    """What all of them say; they are asked at once."""
    return list(await asyncio.gather(*(_ask_one(context, host) for host in hosts)))


async def _ask_one(context: Context, host: Host) -> HostReport:
    last = HostReport(host)
    try:
        provider = await asyncio.to_thread(context.open, host)
    except ProviderError as error:
        return HostReport(host, "down", error)
    try:
        async with aclosing(check(host, provider)) as reports:
            async for report in reports:
                last = report
    finally:
        await provider.aclose()
    return last


def _row(report: HostReport, default: Host) -> list[str]:
    host, up = report.host, report.state == "up"
    account = "not signed in" if report.signin_url else report.account
    new = ("of new sessions",) if host.address == default.address else ()
    return [
        host.label,
        host.kind,
        host.url or "-",
        report.state,
        str(report.models) if up and not report.error else "-",
        report.version or "-",
        account or "-",
        ", ".join((*notes(host), *new)),
    ]


def _as_json(report: HostReport, default: Host) -> dict[str, Any]:
    host, error = report.host, report.error
    return {
        "name": host.name,
        "kind": host.kind,
        "url": host.url,
        "default": host.address == default.address,
        "notes": list(notes(host)),
        "state": report.state,
        "models": report.models,
        "version": report.version,
        "account": report.account,
        "signin_url": report.signin_url,
        "seconds": round(report.seconds, 3),
        "error": str(error) if error else "",
        "advice": error.advice if error else "",
    }
