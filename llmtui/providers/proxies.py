"""Which proxy the settings or the environment name for a host, if any.

``HTTP_PROXY``, ``HTTPS_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``, in capitals or
not, as curl and Go read them. Nothing of that is for this computer: httpx alone
would send even 127.0.0.1 to a proxy. What is set for the host itself goes before.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from importlib.util import find_spec
from typing import NamedTuple

import httpx

from llmtui.access import NO_PROXY
from llmtui.hosts import Host
from llmtui.providers.errors import Unreachable


class ProxyChoice(NamedTuple):
    """A proxy, and what names it."""

    origin: str
    """For sentences: ``the variable HTTPS_PROXY``, ``the setting proxy``."""
    name: str
    """``HTTPS_PROXY``, ``proxy``."""
    proxy: httpx.Proxy

    @property
    def shown(self) -> str:
        """Its address without a password."""
        return str(self.proxy.url)

    @property
    def advice(self) -> str:
        """What to do where it is of no use."""
        if self.name == _SETTING:
            return "Check `proxy` of this host in the settings."
        return "Check the variable, or put the server into NO_PROXY."


_SETTING = "proxy"


def choose_proxy(host: Host, environ: Mapping[str, str]) -> ProxyChoice | None:
    """The proxy for ``host``; raises ``Unreachable`` for one that makes no sense."""
    if own := host.access.proxy:
        return None if own == NO_PROXY else _read("the setting proxy", _SETTING, own)
    if host.is_loopback:
        return None
    scheme = host.url.partition("://")[0]
    variable, value = _first(environ, f"{scheme}_proxy", "all_proxy")
    if not value or bypassed(host, _first(environ, "no_proxy")[1]):
        return None
    return _read(f"the variable {variable}", variable, value)


def bypassed(host: Host, no_proxy: str) -> bool:
    """Whether ``NO_PROXY`` has the host: names, suffixes, addresses, nets, ``*``.

    >>> from llmtui.hosts import parse_host
    >>> [bypassed(parse_host("gpu.lan:1234"), x) for x in ("*", "lan", ".lan, b", "an")]
    [True, True, True, False]
    >>> [bypassed(parse_host("192.168.1.5"), x) for x in ("192.168.0.0/16", "10/8")]
    [True, False]
    >>> [bypassed(parse_host("box:1234"), x) for x in ("box:1234", "box:1")]
    [True, False]
    """
    port = host.url.partition("://")[2].partition("/")[0].rpartition(":")[2]
    for entry in re.split(r"[\s,]+", no_proxy.lower()):
        if entry == "*":
            return True
        name = entry.removesuffix(f":{port}").strip("[]").removeprefix("*").lstrip(".")
        if name and (host.hostname == name or host.hostname.endswith("." + name)):
            return True
        if "/" in entry and _in_net(host.hostname, entry):
            return True
    return False


def _in_net(hostname: str, net: str) -> bool:
    try:
        return ipaddress.ip_address(hostname) in ipaddress.ip_network(net, strict=False)
    except ValueError:
        return False


def _first(environ: Mapping[str, str], *names: str) -> tuple[str, str]:
    """The first of the variables that is set, small letters before capitals."""
    for name in names:
        for variable in (name, name.upper()):
            if value := environ.get(variable, "").strip():
                return variable, value
    return "", ""


def _read(origin: str, name: str, value: str) -> ProxyChoice:
    own = name == _SETTING
    instead = "take it away" if own else "unset it, or put the server into NO_PROXY"
    advice = f"Write {name} as http://HOST:PORT, or {instead}."
    try:
        proxy = httpx.Proxy(value if "://" in value else f"http://{value}")
    except (ValueError, httpx.InvalidURL) as error:
        raise Unreachable(
            f"{origin} names no proxy that can be used", advice=advice
        ) from error
    if not proxy.url.host:
        raise Unreachable(f"{origin} names no proxy host", advice=advice)
    if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise Unreachable(
            f"{origin} names a SOCKS proxy, and support for these is not installed",
            advice=f"Install llmtui with its extra `socks`, or {instead}.",
        )
    return ProxyChoice(origin, name, proxy)
