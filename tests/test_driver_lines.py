"""Whatever is typed after ``llmtui``, and wherever: a sentence and an exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.driver.lines.line import Line
from tests.driver.lines.maker import Maker

pytestmark = pytest.mark.e2e

FOUND = """
[[], [["stderr", "broken"]]]
[["list"], [["stdout", "closed"]]]
[["serve", "--model", "1"], [["variable", "OLLAMA_HOST=\\udcff"]]]
[["serve", "--port", "99999999999999999999"], []]
[["sessions", "search", "x", "--limit", "99999999999999999999"], []]
[["ls", "--local", "none.gguf"], [["cwd", "deleted"]]]
[["ask", "--file", "note.txt"], [["cwd", "deleted"]]]
[["create", "x", "-f", "zero"], []]
[["sessions", "import", "zero"], []]
[["sessions", "export", "--all", "-o", "full"], []]
[["create", "x", "-f", "-"], [["stdin", "closed"]]]
"""
"""What the driver has found, cut down to the shortest lines."""


def test_a_seed_makes_the_same_lines_and_one_is_read_back() -> None:
    lines = Maker(3).lines(300)
    assert lines == Maker(3).lines(300)
    assert [Line.read(str(line)) for line in lines] == lines
    assert all(Line.of(line.parts) == line for line in lines)


@pytest.mark.skipif(sys.platform == "win32", reason="it needs sh")
@pytest.mark.parametrize("how", ["found", "seed"])
def test_any_line_ends_with_a_sentence(tmp_path: Path, how: str) -> None:
    found = tmp_path / "found"
    found.write_text(FOUND)
    given = {"found": ["--play", str(found)], "seed": ["--lines", "8", "--seed", "7"]}
    done = subprocess.run(
        [sys.executable, "-m", "tests.driver.lines", *given[how]],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
