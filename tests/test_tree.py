"""The tree of messages: forks, prunes, walks, and how it is drawn."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.graph import lines, rows
from llmtui.chat.message import Message
from llmtui.chat.pinning import fitting
from llmtui.chat.session import Session
from llmtui.chat.tree import (
    Pruned,
    TreeError,
    branch,
    change,
    children,
    erase,
    fork,
    graft,
    leaves,
    prune,
    turn_of,
)
from llmtui.chat.word_diff import diff
from llmtui.jobs.chat_request import turns


def grown(parents: list[int]) -> Session:
    """Message n follows message ``parents[n]``, nothing if that is not before it."""
    session = Session(id="s")
    for number, parent in enumerate(parents):
        above = f"m{parent}" if parent < number else None
        role = "assistant" if number % 2 else "user"
        created = f"2026-01-01T00:{number // 60:02}:{number % 60:02}Z"
        session.add(Message(f"m{number}", above, role, f"text {number}", created))  # type: ignore[arg-type]
    return session


trees = st.lists(st.integers(0, 30), min_size=1, max_size=30).map(grown)
wild = st.dictionaries(
    st.sampled_from("abcdefg"), st.none() | st.sampled_from("abcdefgx"), min_size=1
).map(
    lambda parents: Session(
        id="s",
        head=next(iter(parents)),
        messages={i: Message(i, p, "user", i, i) for i, p in parents.items()},
    )
)


@given(trees | wild)
def test_every_message_is_a_row_below_the_one_it_follows(session: Session) -> None:
    found = rows(session)
    assert sorted(row.message.id for row in found) == sorted(session.messages)
    where = {row.message.id: n for n, row in enumerate(found)}
    roots = {message.id for message in children(session)[None]}
    for row in found:
        message = row.message
        if message.id not in roots:
            assert where[message.parent or ""] < where[message.id]
        # The lane it turns off from goes on below it.
        if row.begins:
            after = found[where[message.id] + 1 :]
            assert any(other.lane == row.lane - 1 for other in after)


@given(trees)
def test_the_branch_that_is_shown_has_the_first_lane(session: Session) -> None:
    shown = [row for row in rows(session) if row.shown]
    assert [row.message.id for row in shown] == [m.id for m in session.path()]
    assert {row.lane for row in shown} == {0}
    assert [row.message.id for row in shown if row.head] == [session.head]


def test_a_tree_is_drawn_like_a_graph_of_commits() -> None:
    session = grown([9, 0, 1, 0, 3, 3, 5])
    assert lines(rows(session)) == (
        "● user: text 0\n"
        "├─● assistant: text 1\n"
        "│ ● user: text 2\n"
        "● assistant: text 3\n"
        "├─● user: text 4\n"
        "● assistant: text 5\n"
        "● user: text 6\n"
    )


def test_a_tree_of_a_thousand_messages_is_laid_out_at_once() -> None:
    session = grown([max(0, n - 1 - n % 7) for n in range(1000)])
    began = time.thread_time()
    assert len(rows(session)) == 1000
    assert time.thread_time() - began < 0.5  # measured: 6 ms; the bench has 50


@given(trees | wild, st.data())
def test_a_branch_that_is_pruned_comes_back_as_it_was(
    session: Session, data: st.DataObject
) -> None:
    before, head = dict(session.messages), session.head
    root = data.draw(st.sampled_from(sorted(before)))
    pruned = prune(session, root)
    assert {m.id for m in pruned.messages} | session.messages.keys() == before.keys()
    assert session.head is None or session.head in session.messages
    assert set(session.removed) == {m.id for m in pruned.messages}
    graft(session, pruned)
    assert (session.messages, session.head) == (before, head)
    assert session.removed == []


STEPS = st.tuples(
    st.sampled_from(["edit", "fork", "prune", "undo", "exclude", "pin", "name"]),
    st.integers(0, 99),
)


@given(trees, st.lists(STEPS, max_size=12))
def test_no_operation_loses_a_message(
    session: Session, steps: list[tuple[str, int]]
) -> None:
    written = {message.id: message.text for message in session.messages.values()}
    undo: list[Pruned] = []
    for number, (step, choice) in enumerate(steps):
        ids = sorted(session.messages)
        if step == "undo" and undo:
            graft(session, undo.pop())
        if step == "undo" or not ids:
            continue
        one = ids[choice % len(ids)]
        match step:
            case "edit":
                old = session.messages[one]
                new = Message(f"e{number}", old.parent, old.role, "edited", "2026-02")
                session.add(new)
                written[new.id] = new.text
            case "fork":
                forked = fork(session, one)
                texts = [m.text for m in session.path(one)]
                assert [m.text for m in forked.path()] == texts
                assert forked.source == {"session": "s", "message": one}
            case "prune":
                undo.append(prune(session, one))
            case "exclude":
                change(session, one, excluded=not session.messages[one].excluded)
            case "pin":
                change(session, one, pinned=True)
            case "name":
                change(session, one, name="try")
        pruned = {m.id: m.text for p in undo for m in p.messages}
        here = {m.id: m.text for m in session.messages.values()}
        assert here | pruned == written
    for one_pruned in reversed(undo):
        graft(session, one_pruned)
    assert {m.id: m.text for m in session.messages.values()} == written


def test_what_is_still_being_written_is_left_alone() -> None:
    session = grown([9, 0])
    session.add(Message("r", "m1", "assistant", "half", "2026", status="streaming"))
    for refused in (fork, prune, erase):
        with pytest.raises(TreeError, match="still being written"):
            refused(session, "r")
    with pytest.raises(TreeError, match="no such message"):
        prune(session, "nothing")


def test_an_erased_message_keeps_its_place_and_nothing_else() -> None:
    session = grown([9, 0, 1])
    session.replace(
        Message("m1", "m0", "assistant", "secret", "2026", thinking="secret")
    )
    erase(session, "m1")
    assert [m.id for m in session.path()] == ["m0", "m1", "m2"]
    assert "secret" not in repr(session)
    assert session.messages["m1"].erased


def test_branches_and_their_ends() -> None:
    session = grown([9, 0, 1, 0])
    assert [m.id for m in branch(session, "m1")] == ["m1", "m2"]
    assert [m.id for m in leaves(session)] == ["m2", "m3"] or [
        m.id for m in leaves(session)
    ] == ["m3", "m2"]
    assert turn_of(session, "m0") == ["m0", "m3"]
    assert turn_of(session, "m3") == ["m3"]
    assert turn_of(session, "m2") == ["m2"]


@given(st.text("ab \n", max_size=40), st.text("ab \n", max_size=40))
def test_both_versions_can_be_read_from_their_difference(old: str, new: str) -> None:
    pieces = diff(old, new)
    assert "".join(p.text for p in pieces if p.kind != "new") == old
    assert "".join(p.text for p in pieces if p.kind != "old") == new
    if old == new:
        assert all(piece.kind == "same" for piece in pieces)


def test_large_texts_that_have_nothing_in_common_are_compared_quickly() -> None:
    old, new = ("a " * 200_000), ("b " * 200_000)
    assert [piece.kind for piece in diff(old, new)] == ["old", "new"]


@given(trees, st.integers(0, 60), st.sets(st.integers(0, 30)))
def test_what_is_pinned_is_never_left_out(
    session: Session, window: int, pinned: set[int]
) -> None:
    for number in pinned:
        if f"m{number}" in session.messages:
            change(session, f"m{number}", pinned=True)
    path = session.path()
    kept = fitting(path, window)
    assert [message for message in path if message in kept] == list(kept)
    assert kept[-1] == path[-1]
    assert all(message in kept for message in path if message.pinned)
    if not any(message.pinned for message in path) or not window:
        assert kept == path
    others = [m for m in path[:-1] if not m.pinned]
    gone = [message for message in others if message not in kept]
    assert gone == others[: len(gone)], "the oldest go first"


def test_what_does_not_fit_makes_room_for_what_is_pinned() -> None:
    session = Session(id="s")
    for number in range(10):
        parent = f"m{number - 1}" if number else None
        role = "assistant" if number % 2 else "user"
        made = f"2026-{number}"
        session.add(Message(f"m{number}", parent, role, "word " * 40, made))  # type: ignore[arg-type]
    change(session, "m0", pinned=True)
    kept = fitting(session.path(), 200)
    assert [message.id for message in kept] == ["m0", "m8", "m9"]
    assert len(fitting(session.path(), 2_000)) == 10


def test_what_is_left_out_or_erased_is_not_sent() -> None:
    session = grown([9, 0, 1, 2, 3])
    change(session, "m0", excluded=True)
    change(session, "m1", excluded=True)
    erase(session, "m2")
    assert [turn.content for turn in turns(session.path())] == ["text 3", "text 4"]
