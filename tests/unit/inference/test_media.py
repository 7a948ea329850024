from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from inference import captions, media

WIDTH, HEIGHT, FPS = 144, 256, 30
FLASH = 23  # frame
Pixels = NDArray[np.uint8]
SKY, GRASS = (90, 160, 230), (60, 150, 70)


def pictures(count: int, flash: int | None = None) -> Iterator[Pixels]:
    base = np.full((HEIGHT, WIDTH, 3), SKY, np.uint8)
    base[HEIGHT // 2 :] = GRASS
    for i in range(count):
        frame = base.copy()
        frame[40:60, 10 + i % 100 : 30 + i % 100] = (230, 40, 30)
        yield np.full_like(frame, 255) if i == flash else frame


def silence(seconds: float) -> NDArray[np.float32]:
    return np.zeros((round(seconds * 48_000), 2), np.float32)


def encode(path: Path, count: int, audio: NDArray[np.float32], flash: int | None = None) -> Path:
    media.encode_mp4(path, pictures(count, flash), audio, width=WIDTH, height=HEIGHT, fps=FPS)
    return path


def decoded_audio(path: Path) -> tuple[NDArray[np.float32], float]:
    """Samples [n, 2] and the time of the first one."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
        return np.concatenate([frame.to_ndarray() for frame in frames], axis=1).T, float(frames[0].time)


@pytest.mark.parametrize("seconds", [1.0, 2.5])
def test_every_frame_and_the_whole_sound_are_in_the_file(tmp_path: Path, seconds: float) -> None:
    path = encode(tmp_path / "a.mp4", round(seconds * FPS), silence(seconds))
    with av.open(str(path)) as container:
        times = [frame.time for frame in container.decode(video=0)]
        assert times == pytest.approx([i / FPS for i in range(round(seconds * FPS))])
    samples, start = decoded_audio(path)
    assert start + len(samples) / 48_000 == pytest.approx(seconds, abs=1024 / 48_000)


def test_streams_are_h264_and_aac_with_the_colours_named(tmp_path: Path) -> None:
    with av.open(str(encode(tmp_path / "a.mp4", 30, silence(1.0)))) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.width, video.height, video.pix_fmt) == ("h264", 144, 256, "yuv420p")
        assert video.average_rate == FPS
        context = video.codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        assert (audio.codec_context.name, audio.rate, audio.layout.name) == ("aac", 48_000, "stereo")


def test_a_group_of_pictures_is_one_second_and_frames_are_in_order(tmp_path: Path) -> None:
    with av.open(str(encode(tmp_path / "a.mp4", 75, silence(2.5), flash=40))) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        assert [i for i, packet in enumerate(packets) if packet.is_keyframe] == [0, 30, 60]
        assert all(packet.pts == packet.dts for packet in packets)


def test_no_group_begins_where_a_chapter_does(tmp_path: Path) -> None:
    """A shot may go on there, and a key frame would be seen."""
    chapters = [media.Chapter(start, start + 1, "") for start in (0.0, 1.0, 2.0)]
    path = tmp_path / "a.mp4"
    frames = pictures(120)
    media.encode_mp4(path, frames, silence(4.0), width=WIDTH, height=HEIGHT, fps=FPS, chapters=chapters)
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    assert [i for i, packet in enumerate(packets) if packet.is_keyframe] == [0, 60, 90]  # 60: two seconds at most


def test_the_index_stands_before_the_media_data(tmp_path: Path) -> None:
    data = encode(tmp_path / "a.mp4", 30, silence(1.0)).read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_the_same_input_gives_the_same_file(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).standard_normal((48_000, 2)).astype(np.float32) * np.float32(0.1)
    one, two = (encode(tmp_path / name, 30, noise) for name in ("a.mp4", "b.mp4"))
    assert media.sha256_file(one) == media.sha256_file(two)


def test_a_flash_and_its_click_are_decoded_within_a_frame_of_each_other(tmp_path: Path) -> None:
    audio = silence(2.0)
    audio[FLASH * 1600 : FLASH * 1600 + 200] = 0.8
    path = encode(tmp_path / "a.mp4", 60, audio, flash=FLASH)
    with av.open(str(path)) as container:
        seen = max(container.decode(video=0), key=lambda frame: frame.to_ndarray(format="gray").mean()).time
    samples, start = decoded_audio(path)
    heard = start + int(np.argmax(np.abs(samples[:, 0]) > 0.4)) / 48_000
    assert seen == pytest.approx(FLASH / FPS)
    assert abs(heard - seen) <= 1 / FPS
    assert abs(heard - seen) <= 0.003  # and in fact to a few samples: the priming is cut by the edit list


def test_decoded_colours_are_those_that_were_drawn(tmp_path: Path) -> None:
    with av.open(str(encode(tmp_path / "a.mp4", 10, silence(1 / 3)))) as container:
        frame = list(container.decode(video=0))[5].to_ndarray(format="rgb24").astype(int)
    assert np.abs(frame[20, 70] - SKY).max() <= 4
    assert np.abs(frame[200, 70] - GRASS).max() <= 4


def test_a_thumbnail_shows_the_frame_at_two_fifths_and_a_sheet_ten_moments(tmp_path: Path) -> None:
    stills = media.Stills(100, WIDTH, HEIGHT)
    for i in range(100):
        stills.see(i, np.full((HEIGHT, WIDTH, 3), 2 * i, np.uint8))
    assert stills.thumbnail is not None
    assert stills.thumbnail[0, 0, 0] == 80
    width, height = stills.cell
    assert stills.sheet.shape == (2 * height, 5 * width, 3)
    middles = stills.sheet[height // 2 :: height, width // 2 :: width, 0].ravel()
    assert middles.tolist() == [2 * (10 * cell + 5) for cell in range(10)]


@pytest.mark.parametrize("frames", [1, 3, 7])
def test_a_clip_with_few_frames_still_has_stills(frames: int) -> None:
    stills = media.Stills(frames, WIDTH, HEIGHT)
    for i in range(frames):
        stills.see(i, np.full((HEIGHT, WIDTH, 3), 255, np.uint8))
    assert stills.thumbnail is not None
    assert stills.sheet.min() == 255


@pytest.mark.parametrize(("codec", "name", "magic"), [("libwebp", "a.webp", b"RIFF"), ("mjpeg", "a.jpg", b"\xff\xd8")])
def test_images_are_files_of_their_kind_and_keep_colours(tmp_path: Path, codec: str, name: str, magic: bytes) -> None:
    picture = next(pictures(1))
    media.write_image(tmp_path / name, picture, codec)
    assert (tmp_path / name).read_bytes().startswith(magic)
    from PIL import Image

    pixels = np.asarray(Image.open(tmp_path / name).convert("RGB")).astype(int)
    assert pixels.shape == picture.shape
    assert np.abs(pixels[10, 70] - SKY).max() <= 6
    assert np.abs(pixels[200, 70] - GRASS).max() <= 6


def test_cells_of_a_sheet_are_small_and_even_whatever_the_shape() -> None:
    assert media.Stills(10, 720, 1280).cell == (160, 284)
    assert media.Stills(10, 1920, 1080).cell == (160, 90)
    assert media.Stills(10, 144, 256).cell == (144, 256)


def test_captions_are_webvtt_with_the_speaker_and_no_markup_from_the_text() -> None:
    text = captions.webvtt(
        [captions.Cue(0.15, 1.5, "cat", "I <b>am</b>\n\nR&D"), captions.Cue(3661.25, 3662, "", "Later.")]
    )
    assert text.splitlines() == [
        "WEBVTT",
        "",
        "00:00:00.150 --> 00:00:01.500",
        "<v cat>I &lt;b&gt;am&lt;/b&gt; R&amp;D",
        "",
        "01:01:01.250 --> 01:01:02.000",
        "Later.",
    ]
