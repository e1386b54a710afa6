"""Whatever stands in the user's files: the program starts, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.driver.data.__main__ import cases
from tests.driver.data.edits import Maker
from tests.driver.data.folders import build

pytestmark = pytest.mark.e2e

FOUND = """
value "data/llmtui/drafts/20261128T100000000-s1.draft" [0.4614, "[1,2]"]

pipe "data/llmtui/drafts/.new.draft"

endless "data/llmtui/drafts/.new.draft"

pipe "data/llmtui/drafts/20261128T100000000-s2.window.queue"

pipe "data/llmtui/sessions/20261128T100000000-s0.reply-s0.jsonl"

endless "data/llmtui/sessions/20261128T100000000-s1.json"

pipe "data/llmtui/trash/20261128T100000000-gone.json"

pipe "data/llmtui/models/manifests/registry.ollama.ai/library/tiny/latest"

pipe "cache/llmtui/search.sqlite"

endless "cache/llmtui/sessions.json"

pipe "state/llmtui/history.jsonl"

circle "state/llmtui/state.json"

flip "state/llmtui/state.json" [0, 1]

value "data/llmtui/sessions/20261128T100000000-pruned.json" [0.04296, "[[]]"]

insert "data/llmtui/sessions/20261128T100000000-s0.reply-s0.jsonl" [760, "00"]

insert "data/llmtui/trash/20261128T100000000-branch.json" [632, "1b5b324a"]

toml "config/llmtui/config.toml" [0.5, "[[[[1]]]"]

toml "config/llmtui/presets/review.toml" [0.5, "nonsense"]

circle "data/llmtui/sessions/20261128T100000000-s0.json"

same "data/llmtui/drafts/20261128T100000000-s2.window.queue" [0.06969, 0.89771]

insert "data/llmtui/sessions/20261128T100000000-begun.reply-begun.jsonl" [383, "eda080"]

insert "data/llmtui/sessions/20261128T100000000-begun.reply-begun.jsonl" [847, "e280a8"]

same "data/llmtui/sessions/20261128T100000000-s0.reply-s0.jsonl" [0.73161, 0.59728]

insert "data/llmtui/trash/20261128T100000000-branch.json" [429, "eda080"]

insert "cache/llmtui/search.sqlite" [4064, "eda080"]

cut "cache/llmtui/sessions.json" [109, 16]

locked-up "data/llmtui/drafts/20261128T100000000-s1.draft"
nobody
"""
"""What the driver has found, cut down to the shortest edits."""


def test_a_seed_makes_the_same_edits_and_a_line_is_read_back(tmp_path: Path) -> None:
    build(tmp_path)
    edits = Maker(3, tmp_path).edits(300)
    assert edits == Maker(3, tmp_path).edits(300)
    text = "\n".join(map(str, edits))
    assert list(cases(text)) == [(edits, False)]


@pytest.mark.skipif(sys.platform == "win32", reason="it forks")
@pytest.mark.parametrize("how", ["found", "seed"])
def test_any_edit_is_borne(tmp_path: Path, how: str) -> None:
    found = tmp_path / "found"
    found.write_text(FOUND)
    given = {
        "found": ["--play", str(found)],
        "seed": ["--files", "30", "--terminal", "1", "--seed", "7"],
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.driver.data", *given[how]],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
