"""How well characters are found again: python -m tests.benchmarks.enrolling [--count 24] [--sheet FILE]

Random characters are filmed in random places and enrolled from those clips. Printed: how often rig and subject are
right, how far the colours are off, how sure the answers are when right and when wrong; and the same for pictures of
noise and of textures, where nobody is.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from domain.jobs import Cast
from inference import media
from inference.enrol import SURE, Enrolment, from_clip
from inference.enrol.fitting import colours_of
from inference.pipeline import generate
from inference.ports import BadInput, Job
from inference.world import vocabulary as v

PLACES = ("a meadow", "the beach", "a snowfield", "a park", "the desert")
CHANCE = len(v.SUBJECTS)


class Case(NamedTuple):
    subject: str
    params: dict[str, float]
    place: str
    seed: int


def cases(count: int, seed: int = 1) -> Iterator[Case]:
    rng = np.random.default_rng(seed)
    names = sorted(name for name, kind in v.SUBJECTS.items() if kind.rig in {"person", "quadruped", "bird", "vehicle"})
    for _ in range(count):
        subject = str(rng.choice(names))
        parts = [part for part in colours_of(subject) if part != "eyes"]
        params = {part: float(rng.integers(0x1000000)) for part in parts}
        if "skin" in params:
            params["skin"] = float(rng.choice([0xF2C9A0, 0xC68642, 0x8D5524]))
        yield Case(subject, params, str(rng.choice(PLACES)), int(rng.integers(1000)))


def filmed(case: Case, folder: Path) -> Path:
    name = case.subject.replace("_", " ")
    member = Cast(
        character_id=f"char_{case.seed}", name="Nemo", handle="nemo", description=f"a {name}",
        rig=v.SUBJECTS[case.subject].rig, parameters=msgspec.json.encode(case.params).decode(),
    )  # fmt: skip
    job = Job(
        video_id="video_1", attempt=1, model="sketch-1", verb="create", seconds=2.0, seed=case.seed, width=180,
        height=320, prompt=f"Nemo stands in {case.place} on a clear day, still camera", characters=(member,),
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    made = generate(job, folder, lambda share: None, lambda: False)
    return Path(next(asset.path for asset in made.assets if asset.role == "video"))


def colour_error(case: Case, found: Enrolment) -> float | None:
    """Median distance of a colour, 0 to 441, over the parts that both have."""
    parts = [part for part in case.params if part in found.params]
    apart = [np.linalg.norm(_rgb(case.params[part]) - _rgb(found.params[part])) for part in parts]
    return float(np.median(apart)) if apart else None


def _rgb(number: float) -> NDArray[np.float64]:
    return np.array([int(number) >> 16, int(number) >> 8 & 255, int(number) & 255], float)


def strange(folder: Path) -> Iterator[Path]:
    """Pictures in which there is nobody."""
    rng = np.random.default_rng(2)
    y, x = np.mgrid[0:320, 0:180] / 100
    for i, picture in enumerate(
        (
            rng.integers(0, 255, (320, 180, 3)),
            np.stack([127 + 120 * np.sin(7 * x + 3 * y * k) for k in (1, 2, 3)], 2),
            np.stack([60 * y, 40 * x + 80, 200 - 50 * y], 2) + rng.normal(0, 25, (320, 180, 1)),
        )
    ):
        path = folder / f"strange{i}.jpg"
        media.write_image(path, np.clip(picture, 0, 255).astype(np.uint8), "mjpeg")
        yield path


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.enrolling")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--sheet", type=Path, help="a WebP of all previews")
    args = parser.parse_args()
    rigs, subjects, errors, sure, previews = 0, 0, list[float](), list[tuple[float, bool]](), list[NDArray[np.uint8]]()
    with tempfile.TemporaryDirectory() as folder:
        for number, case in enumerate(cases(args.count)):
            clip = filmed(case, Path(folder) / str(number))
            started = time.perf_counter()
            found = from_clip(clip)
            same = found.description == f"a {case.subject.replace('_', ' ')}"
            right = found.rig == v.SUBJECTS[case.subject].rig
            error = colour_error(case, found) if right else None
            rigs, subjects = rigs + right, subjects + same
            errors += [error] if error is not None else []
            sure.append((found.confidence, right))
            previews.append(found.preview)
            print(
                f"{case.subject:12} in {case.place:12} -> {found.description:16} {found.confidence:.2f} "
                f"colours off by {error if error is None else round(error)}, {time.perf_counter() - started:.1f} s"
            )
        for path in strange(Path(folder)):
            try:
                print(f"{path.stem}: {from_clip(path).confidence:.2f} (below {SURE} it says so)")
            except BadInput as error:
                print(f"{path.stem}: refused: {error}")
    print(f"rig right {rigs}/{args.count}, subject right {subjects}/{args.count} (chance 1/{CHANCE})")
    print(f"colours: median error {np.median(errors):.0f} of 441 (random colours: about 190)")
    believed = [right for confidence, right in sure if confidence >= SURE]
    print(f"sure in {len(believed)}/{args.count}, of those the rig is right in {sum(believed)}")
    if args.sheet:
        rows = [np.concatenate(previews[i : i + 4], axis=1) for i in range(0, len(previews) // 4 * 4, 4)]
        media.write_image(args.sheet, np.ascontiguousarray(np.concatenate(rows)[::2, ::2]), "libwebp")


if __name__ == "__main__":
    main()
