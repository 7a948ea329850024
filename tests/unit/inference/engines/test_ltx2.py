"""What of ltx-2 needs neither torch nor diffusers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference.engines.ports import EngineUnavailable
from inference.ltx2.config import ACCEPTED, WHOLE, Config, Options, check, config_of, digest_of
from inference.ltx2.shapes import cut, shape_of, stereo


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        ((720, 1280, 120), (736, 1280, 121)),
        ((1280, 720, 240), (1280, 736, 241)),
        ((1080, 1920, 480), (1088, 1920, 481)),
        ((1024, 1792, 121), (1024, 1792, 121)),
        ((144, 256, 1), (160, 256, 9)),
        ((256, 144, 10), (256, 160, 17)),
    ],
)
def test_sizes_go_up_to_32_and_frames_to_8k_plus_1(asked: tuple[int, int, int], made: tuple[int, int, int]) -> None:
    shape = shape_of(*asked)
    assert shape[3:] == made
    assert (shape.made_width % 32, shape.made_height % 32, shape.made_frames % 8) == (0, 0, 1)


def test_what_was_too_much_is_cut_from_the_edges_and_the_end() -> None:
    shape = shape_of(80, 48, 10)
    frames = np.arange(17 * 64 * 96).reshape(17, 64, 96, 1).repeat(3, -1)
    left = cut(frames, shape)
    assert left.shape == (10, 48, 80, 3)
    assert (left[0, 0, 0] == frames[0, 8, 8]).all()
    assert (left[-1, -1, -1] == frames[9, 55, 87]).all()


def test_sound_gets_the_clip_s_rate_and_length() -> None:
    tone = np.sin(np.arange(16000) / 16000 * 2 * np.pi * 440).astype(np.float32)
    heard = stereo(np.stack([tone, -tone]), 16000, 48000, 50000)
    assert (heard.shape, heard.dtype) == ((50000, 2), np.float32)
    assert np.abs(np.fft.rfft(heard[:48000, 0])).argmax() == 440
    np.testing.assert_allclose(heard[:48000, 0], -heard[:48000, 1])
    assert not heard[48100:].any()
    assert stereo(tone[None], 48000, 48000, 100).shape == (100, 2)


def test_every_licence_must_be_accepted_by_name(tmp_path: Path) -> None:
    (tmp_path / WHOLE).write_text("{}")
    check(Config(weights=tmp_path, licence=ACCEPTED))
    with pytest.raises(EngineUnavailable, match=f"set RECUT_LTX2_LICENCE={ACCEPTED}".replace("+", r"\+")):
        check(Config(weights=tmp_path, licence=""))


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="RECUT_LTX2_WEIGHTS"):
        check(Config(weights=tmp_path, licence=ACCEPTED))


def test_another_engine_needs_its_folders(tmp_path: Path) -> None:
    (tmp_path / WHOLE).write_text("{}")
    with pytest.raises(EngineUnavailable, match="a folder of networks"):
        check(Config(weights=tmp_path, licence=ACCEPTED, options=Options(engine="tensorrt")))


def test_a_key_is_not_shown(tmp_path: Path) -> None:
    assert "secret" not in repr(Config(weights=tmp_path, licence=ACCEPTED, plan_key=b"secret" * 6))


def test_the_digest_is_of_the_content_and_read_once(tmp_path: Path) -> None:
    weights, remembered = tmp_path / "weights", tmp_path / "digests.json"
    weights.mkdir()
    (weights / "a").write_bytes(b"1")
    first = digest_of(weights, remembered)
    assert first == digest_of(weights, remembered) == digest_of(weights, None)
    (weights / "a").write_bytes(b"22")
    assert digest_of(weights, remembered) != first
    remembered.write_text("{")
    assert digest_of(weights, remembered) != first


def test_options_lie_beside_the_weights(tmp_path: Path) -> None:
    assert config_of(tmp_path, "", tmp_path).options == Options()
    (tmp_path / "recut.json").write_text('{"steps": 8, "guidance": {"stg": 0}}')
    options = config_of(tmp_path, "", tmp_path).options
    assert (options.steps, options.guidance.stg, options.guidance.scale) == (8, 0.0, 3.0)
    (tmp_path / "recut.json").write_text('{"step": 8}')
    with pytest.raises(EngineUnavailable, match=r"recut\.json beside the weights is wrong"):
        config_of(tmp_path, "", tmp_path)
