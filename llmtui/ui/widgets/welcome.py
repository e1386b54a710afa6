"""What stands in the log's place while a session is empty."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from llmtui.commands import BY_ID, key_name
from llmtui.sanitise import clean_line


class Welcome(Widget):
    """One or two sentences: what is there, and what to do next."""

    lines: reactive[tuple[str, ...]] = reactive((), layout=True)
    """The first one is what matters; untrusted."""

    def render(self) -> Content:
        if not self.lines:
            return Content("")
        first, *rest = (clean_line(line) for line in self.lines)
        return Content("\n").join(
            [
                Content.styled(first, "bold"),
                *(Content.styled(line, "dim") for line in rest),
            ]
        )


def _key(command: str) -> str:
    return key_name(BY_ID[command].keys[0])


PRIVATE = ("", "Private: nothing of this session is written; it ends with llmtui.")


def ready(model: str, where: str) -> tuple[str, ...]:
    """A model can be asked; ``where`` says who runs it."""
    return (
        f"Ready. {model} {where}.",
        f"Type and press enter. {_key('sessions')} finds old sessions, "
        f"{_key('help')} shows all keys.",
    )


def connecting(host: str) -> tuple[str, ...]:
    """Nothing is known yet."""
    return (f"Looking for {host} …",)


def no_models(host: str, pull: str) -> tuple[str, ...]:
    """A server that has no model; ``pull`` is the command that gets one, if any."""
    first = f"{host} answers, but has no models yet."
    if not pull:
        return (first,)
    return (
        first,
        f"Get one in another terminal:  {pull}",
        "It appears here by itself.",
    )


def missing(host: str, model: str, pull: str) -> tuple[str, ...]:
    """A model was asked for that the server does not have; ``pull`` would get it."""
    first = f"{host} has no model {model}."
    choose = f"{_key('model')} chooses another one."
    if not pull:
        return (first, choose)
    return (first, f"Get it in another terminal:  {pull}", choose)


def no_list(sentence: str) -> tuple[str, ...]:
    """A server that can chat, but does not say which models it has."""
    return (f"{sentence[:1].upper()}{sentence[1:]}.", "Name one:  /model NAME")


def down(sentence: str, offers: tuple[str, ...]) -> tuple[str, ...]:
    """No server; ``offers`` is what can be done, a line each."""
    return (
        f"{sentence[:1].upper()}{sentence[1:]} (trying again).",
        "",
        *(f"  {offer}" for offer in offers),
    )
