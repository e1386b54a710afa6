"""A session as one HTML file that needs no network and runs nothing.

A strict content security policy allows the one style in it, and nothing else: no
scripts, no images, no fonts. Texts are Markdown without HTML; what only hides or
reorders characters is taken out.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from llmtui.chat.message import Message
from llmtui.chat.session import Session
from llmtui.chat.transcript import attached, body, calls, notes, who
from llmtui.sanitise import clean, clean_line
from llmtui.store.formats.turns import about, statistics, title_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_STYLE = """
:root { color-scheme: light dark; --text: #1d2129; --paper: #fff; --faint: #667;
  --line: #d8dce3; --prompt: #eef3fb; --code: #f5f6f8; --link: #0a58ca; }
@media (prefers-color-scheme: dark) {
  :root { --text: #dfe3ea; --paper: #16181d; --faint: #98a1b0; --line: #343a45;
    --prompt: #1f2733; --code: #1e2127; --link: #7db0ff; }
}
body { max-width: 48rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; color: var(--text);
  background: var(--paper); font: 1rem/1.6 system-ui, sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 2rem 0 0; }
.about, .who, summary { color: var(--faint); font-size: .85rem; }
article { margin: 1.25rem 0; }
.user { background: var(--prompt); border-radius: .5rem; padding: .5rem 1rem; }
.excluded, .erased { opacity: .55; }
.who { font-weight: 600; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: .4rem;
  padding: .75rem; overflow-x: auto; line-height: 1.45; overflow-wrap: normal; }
code { font: .9em ui-monospace, monospace; background: var(--code); }
blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid var(--line); }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid var(--line); padding: .25rem .6rem; text-align: left; }
td.center, th.center { text-align: center; } td.right, th.right { text-align: right; }
a { color: var(--link); }
details { margin: .4rem 0; } details > :not(summary) { margin-left: 1rem; }
@media print { body { max-width: none; } .user { border: 1px solid var(--line); } }
"""


def document(sessions: Iterable[Session]) -> Iterator[str]:
    """The branches that are shown, one session after the other, in one file."""
    first = True
    for session in sessions:
        if first:
            yield _head(title_of(session))
        first = False
        yield from conversation(session, session.path())
    if first:
        yield _head("no sessions")
    yield "</body></html>\n"


def conversation(session: Session, messages: Sequence[Message]) -> Iterator[str]:
    """One branch of a session, as a part of a document."""
    yield f"<h1>{_inline(title_of(session))}</h1>\n"
    yield f'<p class="about">{_inline(about(session))}</p>\n'
    if session.system:
        yield _folded("system prompt", _markdown(session.system))
    for message in messages:
        yield _turn(message)


def _head(title: str) -> str:
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_inline(title)}</title>\n<style>{_STYLE}</style></head><body>\n"
    )


def _turn(message: Message) -> str:
    role = message.role if message.role in ("user", "assistant") else "other"
    kinds = [str(role)]
    kinds += [k for k in ("excluded", "erased") if getattr(message, k)]
    said = "".join(f" ({note})" for note in notes(message))
    parts = [
        f'<article class="{" ".join(kinds)}">'
        f'<div class="who">{_inline(who(message) + said)}</div>\n'
    ]
    if message.thinking.strip():
        parts.append(_folded("thinking", _markdown(message.thinking)))
    if names := attached(message):
        parts.append(f"<p>{_inline(names)}</p>\n")
    for call in calls(message):
        parts.append(_folded("tool call", f"<pre><code>{_text(call)}</code></pre>"))
    parts.append(_markdown(body(message)))
    if message.role == "assistant" and (words := statistics(message)):
        parts.append(_folded("statistics", f"<p>{_inline(' · '.join(words))}</p>"))
    return "".join(parts) + "</article>\n"


def _folded(summary: str, inner: str) -> str:
    return f"<details><summary>{summary}</summary>\n{inner}</details>\n"


def _inline(text: str) -> str:
    return escape(clean_line(text))


def _text(text: str) -> str:
    return escape(clean(text))


def _markdown(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return str(_renderer().render(clean(text)))
    except RecursionError:  # nested beyond all measure
        return f"<pre>{_text(text)}</pre>\n"


@cache
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt

    renderer = MarkdownIt("commonmark", {"html": False})
    renderer.enable(["table", "strikethrough"])
    renderer.add_render_rule("image", _image)
    renderer.add_render_rule("link_open", _link)
    for cell in ("th", "td"):
        renderer.add_render_rule(f"{cell}_open", _cell)
    return renderer


def _image(self: Any, tokens: Sequence[Any], index: int, *_: Any) -> str:
    """A file that needs no network shows no pictures, but says where they are."""
    token = tokens[index]
    words = escape(str(token.content) or "image")
    address = escape(str(token.attrGet("src") or ""))
    if not address.lower().startswith(("http:", "https:")):
        return f"[{words}]"
    return f'<a href="{address}" rel="noopener noreferrer">[{words}]</a>'


def _link(self: Any, tokens: Sequence[Any], index: int, *_: Any) -> str:
    address = escape(str(tokens[index].attrGet("href") or ""))
    return f'<a href="{address}" rel="noopener noreferrer">'


def _cell(self: Any, tokens: Sequence[Any], index: int, *_: Any) -> str:
    """A cell that says by a class where its text stands: styles in it are refused."""
    token = tokens[index]
    side = str(token.attrGet("style") or "").removeprefix("text-align:")
    return f'<{token.tag} class="{side}">' if side in _SIDES else f"<{token.tag}>"


_SIDES = ("left", "center", "right")
