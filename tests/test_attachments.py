"""What is attached, read: files of all kinds, and those that are none at all."""

from __future__ import annotations

import asyncio
import io
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.attachments.command import MOST_OUTPUT, run_command
from llmtui.attachments.folder import (
    MOST_FILES,
    is_pattern,
    link_note,
    load_all,
    select,
)
from llmtui.attachments.gitignore import Ignore
from llmtui.attachments.html_text import text_of_page
from llmtui.attachments.image_header import read_header
from llmtui.attachments.loaded import CannotAttach, Loaded
from llmtui.attachments.loading import LARGEST_FILE, load_content, load_file
from llmtui.attachments.page import load_page
from llmtui.attachments.paths import load_path
from llmtui.attachments.pdf import load_pdf
from llmtui.attachments.progress import Left, Progress, Watch, patient
from llmtui.attachments.thumbnail import thumbnail
from tests.support.loopback import Exchange, Loopback
from tests.support.pictures import jpeg, pdf, png


def load(path: Path) -> Loaded:
    return load_file(path, path.name)


def refusal(path: Path) -> str:
    """The one sentence that attaching something ends in, and without much work."""
    begun = time.thread_time()
    with pytest.raises(CannotAttach) as caught:
        load(path)
    assert time.thread_time() - begun < 1
    assert "\n" not in str(caught.value)
    return str(caught.value)


# -- texts --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_texts_of_all_unicode_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Zeile ü\nzwei €\n".encode(encoding))
    assert load(path) == ("a.txt", "text/plain", "Zeile ü\nzwei €\n".encode(), ())


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Съешь же ещё этих мягких французских булок, да выпей чаю. " * 3),
        (
            "shift_jis",
            "吾輩は猫である。名前はまだ無い。どこで生れたか見当がつかぬ。" * 3,
        ),
        ("big5", "春眠不覺曉,處處聞啼鳥。夜來風雨聲,花落知多少。" * 4),
        ("cp1252", "Größe und Übermut kosten viel Mühe, sagte er – „natürlich“. " * 3),
    ],
)
def test_older_encodings_are_guessed_and_named(
    tmp_path: Path, encoding: str, text: str
) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(text.encode(encoding))
    loaded = load(path)
    assert loaded.content.decode() == text
    assert "not UTF-8, and read as" in loaded.notes[0]


def test_stray_bytes_in_a_text_are_replaced_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes("äöü".encode() + b"\xff ok")
    loaded = load(path)
    assert loaded.content.decode() == "äöü\ufffd ok"
    assert loaded.notes == ("1 character is not UTF-8, and replaced by \ufffd",)


def test_escape_sequences_are_text_and_harm_nothing(tmp_path: Path) -> None:
    path = tmp_path / "\x1b[2Jevil\n.txt"
    path.write_bytes(b"\x1b]52;c;AAAA\x07 hello")
    assert load(path).content == b"\x1b]52;c;AAAA\x07 hello"


# -- what is no file ------------------------------------------------------------------


def test_a_pipe_a_device_a_socket_and_a_folder_are_told_and_not_opened(
    tmp_path: Path,
) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert refusal(tmp_path / "fifo").endswith("is a pipe, not a file")
    assert refusal(Path("/dev/zero")) == "/dev/zero is a device, not a file"
    assert refusal(tmp_path).endswith("is a folder, not a file")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        assert refusal(tmp_path / "s").endswith("is a socket, not a file")
    link = tmp_path / "link"
    link.symlink_to("/dev/zero")
    assert refusal(link).endswith("is a device, not a file")
    link = tmp_path / "round"
    link.symlink_to(link)
    assert "cannot be read" in refusal(link)
    assert "cannot be read" in refusal(Path("a\0b"))
    for nobody in ("a\0b", "\ud800", "y" * 300):
        with pytest.raises(CannotAttach, match="cannot be read: "):
            load_path(nobody)


def test_a_file_without_rights_and_a_missing_one_are_sentences(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no").endswith(
        "cannot be read: No such file or directory"
    )
    if os.geteuid():
        path = tmp_path / "secret"
        path.touch(mode=0)
        assert refusal(path).endswith("cannot be read: Permission denied")


def test_what_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE * 1000)
    assert refusal(path).endswith("is too large: at most 50 MB are read")
    path.write_bytes(b"a" * 10_000_001)
    assert "fits into no context" in refusal(path)


def test_binary_data_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"\x7fELF\2\1\1\0")
    assert refusal(path).endswith("is a program, not text")
    path.write_bytes(bytes(range(256)))
    assert refusal(path).endswith("is binary data, not text")


# -- images ---------------------------------------------------------------------------


def test_small_images_go_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png(4, 3))
    assert load(path) == ("a.png", "image/png", png(4, 3), ())


def test_images_are_told_by_what_they_are_and_not_by_their_names() -> None:
    assert load_content("a.txt", "a.txt", png()).is_image
    assert not load_content("a.png", "a.png", b"hello").is_image


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_kind_and_size_of_an_image_are_read_without_decoding(kind: str) -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (37, 21)).save(out, kind)
    header = read_header(out.getvalue())
    assert header == (f"image/{kind.lower()}", 37, 21)
    for end in range(len(out.getvalue())):
        read_header(out.getvalue()[:end])


def test_a_photo_is_upright_scaled_down_and_without_the_place_it_was_taken() -> None:
    from PIL import Image

    photo = jpeg(4000, 1000, orientation=6, words="48.1351 N")
    loaded = load_content("p.jpg", "p.jpg", photo)
    image = Image.open(io.BytesIO(loaded.content))
    assert (loaded.type, image.size) == ("image/jpeg", (512, 2048))
    assert not image.getexif()
    assert b"48.1351" not in loaded.content
    assert loaded.notes == ("4,000 x 1,000 pixels are scaled down to 512 x 2,048",)
    red, _, blue = image.convert("RGB").getpixel((256, 10))  # type: ignore[misc]
    assert red > 200 > blue  # what was at the left is at the top


def test_of_a_moving_image_the_first_frame_is_sent() -> None:
    from PIL import Image

    frames = [Image.new("RGB", (5, 5), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    loaded = load_content("a.gif", "a.gif", out.getvalue())
    assert loaded.type == "image/png"
    image = Image.open(io.BytesIO(loaded.content)).convert("RGB")
    assert image.getpixel((0, 0)) == (255, 0, 0)


def test_a_picture_of_fifty_thousand_pixels_each_way_is_not_decoded() -> None:
    begun = time.thread_time()
    with pytest.raises(CannotAttach, match="50,000 x 50,000 pixels, and at most 100"):
        load_content("bomb.png", "bomb.png", png(50_000, 50_000))
    assert time.thread_time() - begun < 1


@pytest.mark.parametrize("content", [png(9, 9)[:-30], png()[:20], b"\xff\xd8\xff\xe0"])
def test_a_damaged_image_is_a_sentence(content: bytes) -> None:
    with pytest.raises(CannotAttach, match="is a damaged image"):
        load_content("x", "x", content)


def test_a_picture_is_drawn_small_and_a_hostile_one_not_at_all() -> None:
    rows = thumbnail(jpeg(100, 50), 20, 20)
    assert (len(rows), len(rows[0])) == (10, 20)
    assert rows[5][1].startswith("#f")
    for content in (png(50_000, 50_000), png()[:20], b"", b"BM" + b"\0" * 60):
        assert thumbnail(content, 20, 20) == []


def test_without_pillow_images_pass_and_what_is_lost_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photo = jpeg(64, 48, orientation=6, words="48.1351 N")
    large = jpeg(8000, 10)
    monkeypatch.setitem(sys.modules, "PIL", None)
    loaded = load_content("p.jpg", "p.jpg", photo)
    assert loaded.content == photo
    assert "what the camera wrote into the image is sent too" in loaded.notes[0]
    assert load_content("a.png", "a.png", png()).notes == ()
    with pytest.raises(CannotAttach, match="llmtui"):
        load_content("l.jpg", "l.jpg", large)


# -- documents ------------------------------------------------------------------------


def test_the_text_of_a_document_is_read() -> None:
    loaded = load_content("a.pdf", "a.pdf", pdf("Hello Ada"))
    assert loaded == ("a.pdf", "text/plain", b"[page 1]\nHello Ada\n\n", ())


def time_of_children() -> float:
    """Seconds of the processor's time of the processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def test_a_document_that_unpacks_without_end_is_a_sentence() -> None:
    begun = time_of_children()
    with pytest.raises(CannotAttach) as caught:
        load_pdf("b.pdf", "b.pdf", pdf(bomb=3_000_000_000), seconds=10)
    assert "b.pdf cannot be read" in str(caught.value)
    assert time_of_children() - begun < 15


def test_a_document_that_takes_too_long_is_a_sentence() -> None:
    with pytest.raises(CannotAttach, match="cannot be read within"):
        load_pdf("slow.pdf", "slow.pdf", pdf("Hello Ada"), seconds=0.001)


def test_a_damaged_document_and_one_of_images_are_sentences() -> None:
    with pytest.raises(CannotAttach, match="cannot be read"):
        load_content("x.pdf", "x.pdf", b"%PDF-1.7\nnothing of the kind")
    with pytest.raises(CannotAttach, match="no text in it"):
        load_content("x.pdf", "x.pdf", pdf(""))


# -- folders --------------------------------------------------------------------------


def tree(base: Path, *names: str) -> None:
    for name in names:
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"in {name}\n")


def test_a_folder_means_the_files_that_nothing_leaves_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(
        tmp_path, "src/a.py", "src/b.pyc", "src/sub/c.py", "src/sub/keep.pyc", ".git/x"
    )
    tree(tmp_path, "out.py", "src/build/d.py")
    (tmp_path / ".gitignore").write_text("*.pyc\nbuild/\n")
    (tmp_path / "src/sub/.gitignore").write_text("!keep.pyc\n")
    tree(tmp_path, "src/mine.txt")
    (tmp_path / ".git/info").mkdir()
    (tmp_path / ".git/info/exclude").write_text("mine.txt\n")
    (tmp_path / "src/link.py").symlink_to(tmp_path / "out.py")
    (tmp_path / "src/inner.py").symlink_to(tmp_path / "src/a.py")
    (tmp_path / "src/loop").symlink_to(tmp_path / "src")
    (tmp_path / "src/p.bin").write_bytes(b"\0\1\2")
    monkeypatch.chdir(tmp_path)
    found = select("src")
    assert found.names == (
        "a.py",
        "inner.py",
        "p.bin",
        "sub/.gitignore",
        "sub/c.py",
        "sub/keep.pyc",
    )
    loaded, notes = load_all(found)
    assert [one.name for one in loaded][:2] == ["src/a.py", "src/inner.py"]
    assert loaded[0].content == b"in src/a.py\n"
    assert notes == [
        "1 file left out, since links lead outside",
        "1 file left out as no text: p.bin",
    ]
    assert select("src/**/*.py").names == ("a.py", "inner.py", "sub/c.py")
    assert select("src/*/c.[pq]y").names == ("sub/c.py",)


def test_patterns_are_told_from_names(tmp_path: Path) -> None:
    (tmp_path / "a[1].txt").touch()
    assert not is_pattern(str(tmp_path / "a[1].txt"))
    assert is_pattern(str(tmp_path / "a[2].txt"))
    with pytest.raises(CannotAttach, match="means no file here"):
        select(str(tmp_path / "*.py"))
    with pytest.raises(CannotAttach, match="no such folder"):
        select(str(tmp_path / "no/*.py"))


def test_a_link_that_leads_outside_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (tmp_path / "secret").write_text("s")
    (here / "notes").symlink_to(tmp_path / "secret")
    (here / "own").write_text("o")
    (here / "inside").symlink_to("own")
    monkeypatch.chdir(here)
    told = f"notes is a link to {os.path.realpath(tmp_path / 'secret')}"
    assert link_note(Path("notes")) == told
    for name in ("own", "inside", "../secret", "nowhere", "."):
        assert link_note(Path(name)) == ""


def test_a_folder_without_rights_is_a_sentence(tmp_path: Path) -> None:
    if not os.geteuid():
        pytest.skip("root may read everything")
    (tmp_path / "shut").mkdir(mode=0)
    with pytest.raises(CannotAttach, match="Permission denied"):
        select(str(tmp_path / "shut"))


def test_a_large_folder_is_counted_with_progress_and_can_be_left(
    tmp_path: Path,
) -> None:
    for number in range(MOST_FILES + 1):
        (tmp_path / f"{number}.txt").write_text("x")
    seen: list[Progress] = []

    def watch(progress: Progress) -> bool:
        seen.append(progress)
        return True

    found = select(str(tmp_path), watch)
    assert seen[-1] == Progress(MOST_FILES + 1, MOST_FILES + 1)
    assert len(seen) > 10
    with pytest.raises(CannotAttach, match=r"has 1,001 files .* at most 1,000 with"):
        load_all(found)
    with pytest.raises(Left):
        select(str(tmp_path), lambda progress: progress.files < 100)
    with pytest.raises(Left):  # also where nothing is found for long
        select(f"{tmp_path}/*.none", lambda progress: False)


def test_gitignore_is_read_as_git_reads_it(tmp_path: Path) -> None:
    lines = [
        "a*",
        "!ab",
        "/x.d/b/",
        "*.d/**/y.py",
        "**/ba",
        "[!a]b",
        "q\\*",
        "# no",
        "",
    ]
    names = ["a", "b", "ab", "x.py", "y.py", "ba", "q*", "bb"]
    paths = [f"{i}{j}/{k}" for i in ("x.d/", "z/", "") for j in names for k in names]
    tree(tmp_path, *paths)
    (tmp_path / ".gitignore").write_text("\n".join(lines))
    try:
        git = ["git", "-c", "core.excludesFile=", "-C", str(tmp_path)]
        subprocess.run([*git, "init", "-q"], check=True, capture_output=True)
        listing = [*git, "ls-files", "-coz", "--exclude-standard"]
        done = subprocess.run(listing, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("there is no git here")
    expected = tuple(sorted(filter(None, done.stdout.split("\0"))))
    assert select(str(tmp_path)).names == expected
    assert not Ignore().leaves_out("a", is_folder=False)


# -- pages ----------------------------------------------------------------------------


class Site(Loopback):
    """Answers by path."""

    async def handle(self, exchange: Exchange) -> None:
        path = exchange.seen.path
        if path.startswith("/to/"):
            target = path.removeprefix("/to/").replace("_", "/")
            await exchange.start(302, headers={"location": target})
            await exchange.end()
        elif path == "/sized":
            await exchange.answer(200, b"x" * 1_500_000, "text/plain")
        elif path == "/endless":
            await exchange.start(200, content_type="text/plain")
            for _ in range(2000):
                await exchange.send(b"x" * 1_000_000)
        else:
            kind, body = {
                "/page": ("text/html; charset=utf-8", PAGE),
                "/a.txt": ("text/plain", b"plain \xc3\xbc"),
                "/p": ("image/png", png()),
                "/d.pdf": ("application/pdf", pdf("Hello Ada")),
                "/zip": ("application/zip", b"PK\3\4"),
                "/gone": ("text/html", b""),
                "/empty": ("text/html", b"<script>x</script>"),
            }[path]
            await exchange.start(404 if not body else 200, content_type=kind)
            await exchange.send(body)
            await exchange.end()


PAGE = b"""<html><head><title>A &amp; B</title><style>p {}</style></head><body>
<nav>menu</nav><h1>Hi</h1><p>one
two <b>bold</b></p><ul><li>x</li><li>y</li></ul><pre>a
  b</pre><script>alert(1)</script></body></html>"""


async def page(address: str, watch: Watch = patient) -> Loaded:
    return await asyncio.to_thread(load_page, address, watch)


async def test_a_page_is_fetched_from_where_it_was_typed_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("llmtui.attachments.page.LARGEST_FILE", 2_000_000)
    async with Site() as site, Site() as other:
        url = site.url
        loaded = await page(f"{url}/page")
        assert loaded.name == f"{url}/page"
        assert loaded.content.decode() == (
            "# A & B\n\n# Hi\n\none two bold\n\n- x\n- y\n\n```\na\n  b\n```\n"
        )
        assert (await page(f"{url}/to/_a.txt")).content.decode() == "plain ü"
        assert (await page(f"{url}/p")).is_image
        assert (await page(f"{url}/d.pdf")).content.startswith(b"[page 1]\nHello")
        for target in (other.url, "http://169.254.1.1:80", "file:__etc_passwd"):
            with pytest.raises(CannotAttach, match="leads elsewhere"):
                await page(f"{url}/to/{target.replace('/', '_')}")
        with pytest.raises(CannotAttach, match="an end"):
            await page(f"{url}/to/_to__a.txt".replace("_to__a.txt", "_to_"))
        with pytest.raises(CannotAttach, match="ZIP archive"):
            await page(f"{url}/zip")
        with pytest.raises(CannotAttach, match=r"fetched: 404 Not Found$"):
            await page(f"{url}/gone")
        with pytest.raises(CannotAttach, match="no words in it"):
            await page(f"{url}/empty")
        with pytest.raises(CannotAttach, match=r"has more than 2\.0 MB"):
            await page(f"{url}/endless")
        assert other.connections == 0
    with pytest.raises(CannotAttach, match=r"fetched: connection refused$"):
        await page(f"{url}/page")
    with pytest.raises(CannotAttach, match="no address of a page"):
        await page("file:///etc/passwd")


async def test_a_page_tells_its_size_first_and_can_be_left() -> None:
    told: list[Progress] = []

    def watch(progress: Progress) -> bool:
        told.append(progress)
        return progress.bytes < 1_000_000

    async with Site() as site:
        with pytest.raises(Left):
            await page(f"{site.url}/sized", watch)
        assert told[0].words == "0 B of 1.5 MB so far"
        assert told[-1].bytes < 1_500_000
        with pytest.raises(Left):
            await page(f"{site.url}/endless", watch)


def test_the_words_of_a_page_survive_what_is_never_closed() -> None:
    assert text_of_page("<p>a<p>b<td>c<li>d") == ("", "a\n\nb | c\n- d\n")
    assert text_of_page("<head><title>t<body>x")[1] in ("x\n", "\n")
    assert text_of_page("a<![x[ y <![CDATA[b]]> c<!--")[1].startswith("a")


@given(st.text(alphabet="<>!-[]/=pre&#;x \n\"'", max_size=60))
def test_no_page_is_too_broken(html: str) -> None:
    assert text_of_page(html)[1].endswith("\n")


# -- commands -------------------------------------------------------------------------


async def test_a_command_prints_and_is_ended_where_it_prints_too_much() -> None:
    done = await run_command("echo out; echo err >&2; exit 3")
    assert done == (b"out\nerr\n", 3, False)
    done = await run_command("yes | cat")
    assert (len(done.content), done.cut) == (MOST_OUTPUT, True)
