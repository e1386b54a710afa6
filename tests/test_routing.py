"""Which host and which model answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmtui.chat.models import Model
from llmtui.chat.session import Session
from llmtui.host_settings import HostConfig
from llmtui.hosts import parse_host
from llmtui.jobs.routing import choose, host_named, host_of, wishes
from llmtui.settings import Settings
from llmtui.state import State

A, B = parse_host("a"), parse_host("me:secret@b")
EMBEDDER = Model("nomic-embed-text", capabilities=frozenset({"embedding"}))
OLD_EMBEDDER = Model("all-minilm", family="bert")
LISTED = [EMBEDDER, OLD_EMBEDDER, Model("first"), Model("second")]


def picked(
    models: list[Model] | None = LISTED,
    *,
    asked: str = "",
    session: Session | None = None,
    last: str = "",
    settings: Settings = Settings(),  # noqa: B008
) -> str:
    """What is chosen on host A."""
    state = State(Path("nowhere"))
    if last:
        state.used_model(last, A.stored)
    return choose(wishes(session, A, settings, state, asked), models)


def test_the_order_of_wishes() -> None:
    settings = Settings(host="a", model="second")
    own = Session(model="own", host=A.stored)
    everything = {"session": own, "last": "first", "settings": settings}
    assert picked(asked="asked", **everything) == "asked"  # type: ignore[arg-type]
    assert picked(**everything) == "own"  # type: ignore[arg-type]
    assert picked(settings=settings, last="first") == "second"
    assert picked(last="second") == "second"
    assert picked() == "first"


def test_what_is_not_listed_counts_only_where_somebody_named_it_here() -> None:
    assert picked(asked="gone") == "gone"
    assert picked(session=Session(model="gone", host=A.stored)) == "gone"
    assert picked(session=Session(model="gone", host=B.stored)) == "first"
    assert picked(session=Session(model="second", host=B.stored)) == "second"
    assert picked(last="gone") == "first"
    assert picked(settings=Settings(host="a", model="gone")) == "first"


def test_while_nothing_is_known_of_the_host() -> None:
    assert picked(None) == ""
    assert picked(None, last="used here") == "used here"
    assert picked(None, settings=Settings(host="a", model="set")) == "set"
    elsewhere = Session(model="second", host=B.stored)
    assert picked(None, session=elsewhere, last="used here") == ""
    told = Settings(host="a", host_from="--host", model="of another host")
    assert picked(None, settings=told) == ""
    assert picked(settings=told) == "first"


@pytest.mark.parametrize("models", [[], [EMBEDDER], [OLD_EMBEDDER, EMBEDDER]])
def test_an_embedding_model_is_never_chosen(models: list[Model]) -> None:
    assert picked(models) == ""


def test_the_same_host_by_another_name() -> None:
    settings = Settings(hosts={"box": HostConfig("http://a:11434")}, host="box")
    assert host_named("box", settings, A) is A
    assert host_named(A.stored, settings, settings.find_host()).name == "box"
    session = Session(model="own", host="box")
    assert picked(session=session, settings=settings) == "own"


def test_a_session_is_asked_on_its_own_host() -> None:
    session = Session(host=B.stored)
    assert host_of(session, Settings(), A).url == B.url
    assert host_of(session, Settings(), B) is B
    assert host_of(session, Settings(host="a", host_from="OLLAMA_HOST"), A).url == B.url
    assert host_of(session, Settings(host="a", host_from="--host"), A) is A
    assert host_of(Session(), Settings(), A) is A
    assert host_of(Session(host="local"), Settings(), A).kind == "local"


def test_a_host_that_nobody_can_read_is_the_current_one() -> None:
    assert host_named("ftp://?", Settings(), A) is A


def test_a_name_that_is_no_longer_set_is_no_other_computer() -> None:
    assert host_named("gpu", Settings(), A) is A
    assert host_of(Session(host="gpu"), Settings(), A) is A
    named = Settings(hosts={"gpu": HostConfig("http://b")})
    assert host_named("gpu", named, A).url == "http://b:80"
    assert host_named("local", Settings(), A).kind == "local"
