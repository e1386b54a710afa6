"""The program finds its stylesheet however it was installed."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist of this checkout."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT],
        check=True,
        capture_output=True,
    )
    return out


def test_wheel_holds_the_stylesheet_beside_the_modules(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "llmtui/llmtui.tcss" in names
    assert "llmtui/py.typed" in names
    assert not [name for name in names if name.startswith("tests")]
    papers = ("README.md", "CONTRIBUTING.md")
    assert not [name for name in names if name.endswith(papers)]


def test_sdist_can_build_the_wheel_again(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"llmtui.tcss", "LICENSE", "README.md", "llmtui/__init__.py"} <= names


def test_an_installed_program_finds_its_stylesheet(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path)
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            "from llmtui.places import stylesheet; print(stylesheet())",
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(found.stdout.strip()) == tmp_path / "llmtui" / "llmtui.tcss"
    assert Path(found.stdout.strip()).is_file()


def test_a_checkout_finds_its_stylesheet() -> None:
    from llmtui.places import stylesheet

    assert stylesheet() == ROOT / "llmtui.tcss"
