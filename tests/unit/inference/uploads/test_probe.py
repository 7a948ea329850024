"""What strangers send: what is accepted, what is refused before much is done with it, and with which words."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from domain.errors import Invalid, Unavailable
from domain.uploads import Look
from inference import sandbox
from inference.ports import BadInput
from inference.sandbox import Sandbox
from inference.uploads.files import Asked, Files
from inference.uploads.probe import format_of, probe
from tests.pictures import a_bomb, a_jpeg, a_landscape, a_png, a_video, a_webp, turned


def kept(folder: Path, data: bytes, name: str = "upload") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "mime"),
    [(a_jpeg(), "image/jpeg"), (a_webp(), "image/webp"), (a_png(a_landscape()), "image/png")],
    ids=["jpeg", "webp", "png"],
)
def test_a_picture_is_known_by_its_content(tmp_path: Path, data: bytes, mime: str) -> None:
    look = probe(kept(tmp_path, data, "holiday.gif"))
    assert look == Look(
        kind="image", mime=mime, width=300, height=500, seconds=0.0, sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "codec", "mime"), [("v.mp4", "libx264", "video/mp4"), ("v.webm", "libvpx-vp9", "video/webm")]
)
def test_a_video_is_measured(tmp_path: Path, name: str, codec: str, mime: str) -> None:
    look = probe(a_video(tmp_path / name, 1.0, codec=codec))
    assert (look.kind, look.mime, look.width, look.height) == ("video", mime, 144, 256)
    assert look.seconds == pytest.approx(1.0, abs=0.05)


def test_a_picture_of_a_camera_on_its_side_is_as_wide_as_it_is_seen(tmp_path: Path) -> None:
    look = probe(kept(tmp_path, turned(a_jpeg(320, 200), 6)))
    assert (look.width, look.height) == (200, 320)


@pytest.mark.parametrize(
    "data",
    [b"", b"png", b"GIF89a" + bytes(100), b"%PDF-1.7" + bytes(100), b"\0\0\0\x18ftypheic" + bytes(100),
     b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:1,\nhttp://127.0.0.1/a.ts\n", b"ffconcat version 1.0\nfile /etc/hostname\n",
     b"\x1a\x45\xdf\xa3" + b"matroska" + bytes(100), b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ids=["empty", "text", "gif", "pdf", "heic", "playlist", "list", "mkv", "svg"],
)  # fmt: skip
def test_other_kinds_are_refused_with_what_to_send(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadInput, match="send a PNG, JPEG or WebP picture, or an MP4 or WebM video"):
        probe(kept(tmp_path, data))


@pytest.mark.parametrize("keep", [40, 900])
def test_what_is_cut_off_or_only_claims_is_refused(tmp_path: Path, keep: int) -> None:
    for data in (a_jpeg()[:keep], a_png(a_landscape())[:keep], a_video(tmp_path / "v.mp4").read_bytes()[:keep]):
        with pytest.raises(BadInput, match="broken or not whole"):
            probe(kept(tmp_path, data))


@pytest.mark.parametrize(
    ("width", "height", "told"), [(16_000, 16_000, "million"), (30_000, 100, "side"), (8, 8, "side")]
)
def test_a_picture_that_says_to_be_large_is_not_decoded(tmp_path: Path, width: int, height: int, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        probe(kept(tmp_path, a_bomb(width, height)))


def test_a_video_that_is_too_long_or_too_fast_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="longer than 60 seconds"):
        probe(a_video(tmp_path / "long.mp4", 62, width=16, height=16, rate=2))
    with pytest.raises(BadInput, match="pictures a second"):
        probe(a_video(tmp_path / "fast.mp4", 0.2, rate=240))


def test_pictures_in_another_code_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"H\.264"):
        probe(a_video(tmp_path / "v.mp4", 0.2, codec="mpeg2video"))


def test_sound_alone_is_no_place(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        format_of(b"\0\0\0\x1cftypM4A \0\0\0\0")


async def test_a_child_of_its_own_says_the_same(tmp_path: Path) -> None:
    picture = kept(tmp_path, a_jpeg())
    files = Files(Sandbox())
    assert await files.probe(picture) == probe(picture)
    with pytest.raises(Invalid, match="send a PNG") as caught:
        await files.probe(kept(tmp_path, b"no picture"))
    assert caught.value.code == "unusable_file"


async def test_who_comes_when_many_wait_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MOST_WAITING", 0)
    with pytest.raises(Unavailable) as caught:
        await Files(Sandbox()).probe(kept(tmp_path, a_jpeg()))
    assert (caught.value.code, caught.value.retry_after) == ("too_many_files", 10)


async def test_a_child_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        await Sandbox().ask("probe", Asked(str(kept(tmp_path, a_jpeg()))), Look, seconds=0.01)
