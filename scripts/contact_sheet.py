"""Contact sheets of the scene engine: pictures to judge by eye, never committed.

python scripts/contact_sheet.py OUT.png "a red fox runs through a snowy forest at night" ...
python scripts/contact_sheet.py OUT.png --rig quadruped        every subject of a rig
python scripts/contact_sheet.py OUT.png --places --time night  every place
python scripts/contact_sheet.py OUT.png --actions person/man   every action of a subject
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from PIL import Image

from inference.world.picture.painter import Painter
from inference.world.scene import FPS, TRACK, Actor, Background, Instance, Layers
from inference.world.vocabulary import GAIT, GROUND, PLACES, POSES, SUBJECTS


def hand_made(subject: str, action: str, place: str, moment: tuple[str, str], aspect: float, **more: object) -> Layers:
    """One actor in the middle of a place, without the language half: it acts on the spot, or crosses the frame."""
    seed, frames = int(more.get("seed", 1)), 120  # type: ignore[call-overload]
    kind = SUBJECTS[subject]
    t = np.arange(frames) / FPS
    track = np.zeros((frames, len(TRACK)), np.float32)
    scale = min(0.46 * kind.height**0.5, 0.80 * aspect / kind.width, 0.62)
    up = action in ("fly", "swim", "float") or kind.rig == "fish" or GROUND[place][0] > 0.8 or place == "space"
    track[:, 1], track[:, 2], track[:, 4], track[:, 7] = 0.5 if up else 0.86, scale, 1.0, 1.0
    track[:, 5] = t * (1.2 if action in ("walk", "run", "fly", "swim", "drive") else 0.8)
    track[:, 8] = np.abs(np.sin(t * 9)) * (action in ("talk", "sing"))
    if action in ("walk", "run", "drive"):
        track[:, 0] = (t - 2) * 0.09
    actor = Actor(subject, subject, kind.rig, seed, look=dict(more.get("look", {})), action=action)  # type: ignore[call-overload]
    camera = np.tile(np.array([0, 0.5, 1], np.float32), (frames, 1))
    background = Background(place, moment[1], moment[0], seed)
    return Layers(4.0, FPS, aspect, background, (Instance(actor, seed, 0.7, track),), camera, (), ())


def frames_of(layers: Layers, count: int, height: int) -> list[np.ndarray]:
    width = round(height * layers.aspect / 2) * 2
    with Painter(layers, width, height) as painter:
        return [painter.frame(int((i + 0.5) * layers.frames / count)) for i in range(count)]


def sheet(tiles: list[np.ndarray], columns: int) -> Image.Image:
    height, width = tiles[0].shape[:2]
    rows = -(-len(tiles) // columns)
    page = Image.new("RGB", (columns * (width + 4), rows * (height + 4)), (24, 24, 28))
    for i, tile in enumerate(tiles):
        page.paste(Image.fromarray(tile), (i % columns * (width + 4), i // columns * (height + 4)))
    return page


def staged(prompt: str, seconds: float, aspect: float, seed: int) -> Layers:
    from inference.world.stage import stage
    from inference.world.understand import understand

    return stage(understand(prompt, seed).scene, seconds, FPS, aspect)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("prompts", nargs="*")
    parser.add_argument("--frames", type=int, default=1, help="frames per clip")
    parser.add_argument("--height", type=int, default=420)
    parser.add_argument("--aspect", type=float, default=0.5625)
    parser.add_argument("--columns", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rig")
    parser.add_argument("--action")
    parser.add_argument("--actions", metavar="SUBJECT")
    parser.add_argument("--places", action="store_true")
    parser.add_argument("--place", default="meadow")
    parser.add_argument("--time", default="day")
    parser.add_argument("--weather", default="clear")
    parser.add_argument("--subject", default="girl")
    given = parser.parse_args()
    moment = (given.time, given.weather)
    scenes: list[Layers] = []
    if given.rig:
        names = [s.name for s in SUBJECTS.values() if s.rig == given.rig]
        act = given.action or GAIT[given.rig]
        scenes = [hand_made(n, act, given.place, moment, given.aspect, seed=given.seed) for n in names]
    elif given.actions:
        rig = SUBJECTS[given.actions].rig
        scenes = [
            hand_made(given.actions, a, given.place, moment, given.aspect, seed=given.seed) for a in sorted(POSES[rig])
        ]
    elif given.places:
        scenes = [hand_made(given.subject, "idle", p, moment, given.aspect, seed=given.seed) for p in PLACES]
    scenes += [staged(prompt, given.seconds, given.aspect, given.seed) for prompt in given.prompts]
    start = time.perf_counter()
    tiles = [tile for layers in scenes for tile in frames_of(layers, given.frames, given.height)]
    print(f"{len(tiles)} frames in {time.perf_counter() - start:.2f} s")
    sheet(tiles, given.columns).save(given.out)


if __name__ == "__main__":
    main()
