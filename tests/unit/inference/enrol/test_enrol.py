"""Characters found again in clips of their own, and what is said where nobody is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from domain import appearance
from domain.errors import Invalid
from inference import media
from inference.enrol import SURE, from_clip
from inference.enrol.figure import CANON, canonical, figures_of
from inference.enrol.sprite import drawn, part_mask
from inference.ports import BadInput
from inference.sandbox import Sandbox
from inference.uploads.files import Files

SKY, GRASS = (120, 180, 235), (110, 160, 80)


def a_scene(subject: str, look: dict[str, str], at: int = 60) -> NDArray[np.uint8]:
    """Somebody drawn before a plain place."""
    picture = np.full((180, 160, 3), SKY, np.uint8)
    picture[110:] = GRASS
    pixels, mask = drawn(subject, look)
    picture[60 : 60 + CANON, at - 28 : at - 28 + CANON][mask] = pixels[mask]
    return picture


def a_clip(path: Path, subject: str, look: dict[str, str]) -> Path:
    frames = [a_scene(subject, look, 56 + i // 3) for i in range(20)]
    sound = np.zeros((32_000, 2), np.float32)
    media.encode_mp4(path, frames, sound, width=160, height=180, fps=30)
    return path


def off(number: float, colour: str) -> float:
    one, two = int(number), int(colour[1:], 16)
    return max(abs((one >> shift & 255) - (two >> shift & 255)) for shift in (0, 8, 16))


def test_a_person_is_found_again_with_its_colours(tmp_path: Path) -> None:
    look = {"body": "#d02060", "legs": "#302080", "hair": "#e0c020", "skin": "#f2c9a0"}
    found = from_clip(a_clip(tmp_path / "c.mp4", "boy", look))
    assert found.rig == "person"
    assert found.confidence >= SURE
    assert max(off(found.params[part], look[part]) for part in ("body", "legs", "hair")) < 40
    assert {"body", "legs", "hair"} <= set(found.seen)
    assert set(found.seen) | set(found.guessed) == found.params.keys()
    assert any("not a likeness" in note for note in found.notes)
    assert not any("Not sure" in note for note in found.notes)


def test_a_picture_is_enough_and_animals_and_toys_are_known_too(tmp_path: Path) -> None:
    for subject, rig in (("rabbit", "quadruped"), ("car", "vehicle")):
        path = tmp_path / f"{subject}.jpg"
        media.write_image(path, a_scene(subject, {"body": "#c03080"}), "mjpeg")
        found = from_clip(path)
        assert (found.rig, found.description) == (rig, f"a {subject}")
        assert off(found.params["body"], "#c03080") < 40
        assert found.preview.shape[1] == 2 * found.preview.shape[0]


def test_what_is_found_is_what_a_character_may_have(tmp_path: Path) -> None:
    path = tmp_path / "p.jpg"
    media.write_image(path, a_scene("girl", {"hat": "yes", "glasses": "yes"}), "mjpeg")
    found = from_clip(path)
    known = appearance.RIGS[found.rig]
    assert found.params.keys() <= known.keys()
    for name, value in found.params.items():
        assert known[name].least <= value <= known[name].most


def test_of_what_is_no_character_it_says_that_it_is_not_sure(tmp_path: Path) -> None:
    blot = np.full((180, 160, 3), SKY, np.uint8)
    blot[40:60, 20:150] = (250, 240, 30)
    blot[60:140, 70:80] = (30, 40, 200)
    media.write_image(tmp_path / "blot.jpg", blot, "mjpeg")
    found = from_clip(tmp_path / "blot.jpg")
    assert found.confidence < SURE
    assert (found.seen, set(found.guessed)) == ((), found.params.keys())
    assert any("Not sure" in note for note in found.notes)


async def test_a_strangers_file_is_looked_at_apart(tmp_path: Path) -> None:
    path = tmp_path / "p.jpg"
    media.write_image(path, a_scene("rabbit", {"body": "#c03080"}), "mjpeg")
    files, here = Files(Sandbox()), from_clip(path)
    found = await files.enrol(path)
    assert (found.rig, found.parameters, found.seen) == (here.rig, here.params, here.seen)
    assert found.is_sure == (here.confidence >= SURE)
    assert found.preview.startswith(b"RIFF")
    media.write_image(path, np.full((100, 100, 3), SKY, np.uint8), "mjpeg")
    with pytest.raises(Invalid, match="nobody stands out"):
        await files.enrol(path)


def test_where_nobody_is_and_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    plain, noise, broken = tmp_path / "p.jpg", tmp_path / "n.jpg", tmp_path / "x.mp4"
    media.write_image(plain, np.full((100, 100, 3), SKY, np.uint8), "mjpeg")
    media.write_image(noise, np.random.default_rng(1).integers(0, 255, (180, 160, 3)).astype(np.uint8), "mjpeg")
    broken.write_bytes(b"text" * 200)
    for path in (plain, noise):
        with pytest.raises(BadInput, match="nobody"):
            from_clip(path)
    with pytest.raises(BadInput, match="cannot be read"):
        from_clip(broken)


def test_a_figure_is_told_from_its_place() -> None:
    look = {"body": "#d02060"}
    [figure] = figures_of([a_scene("boy", look)])
    _, wanted = canonical(*drawn("boy", look))
    assert (figure.mask & wanted).sum() / (figure.mask | wanted).sum() > 0.85


def test_parts_are_where_their_colour_shows() -> None:
    legs, hair = (part_mask("boy", {}, part, False) for part in ("legs", "hair"))
    assert np.argwhere(legs)[:, 0].mean() > 1.5 * np.argwhere(hair)[:, 0].mean()
    assert not (legs & hair).any()
