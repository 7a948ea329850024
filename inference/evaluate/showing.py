"""What the picture and the sound of a scene really show, measured from the pixels and samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from inference.evaluate.measure import Row, share_of
from inference.world import vocabulary as v
from inference.world.cutting import ONE_TAKE
from inference.world.dice import derive
from inference.world.picture.painter import Painter
from inference.world.scene import FPS
from inference.world.shots import tell
from inference.world.sound import mix
from inference.world.sound.loudness import integrated, true_peak
from inference.world.sound.mixing import LOUDNESS
from inference.world.stage import stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from inference.evaluate.cases import Case
    from inference.world.scene import Actor, Layers, Scene

    Pixels = NDArray[np.uint8]

SECONDS = 8.0
SIZE = (192, 108)
SEEN = 0.003  # share of the frame that somebody covers to be seen
PLAIN = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "white", "grey", "black")
DIFFERS = 0.5  # mean difference of two pictures that are not the same, of 255
TOLERANCE = 1.0  # LU
CEILING = -1.0  # dBTP


def rows(cases: Sequence[Case], seed: int) -> list[Row]:
    seen: list[bool] = []
    right: list[bool] = []
    cut: list[bool] = []
    moves: list[bool] = []
    loud: list[bool] = []
    peaks: list[bool] = []
    for n, case in enumerate(cases):
        scene = tell(case.prompt, derive(seed, "show", str(n))).scene
        layers = stage(scene, SECONDS, FPS, SIZE[0] / SIZE[1])
        seen += [_seen(layers, actor.name) for actor in scene.actors]
        right += [_coloured(scene, actor) for actor in scene.actors if _main(actor) in PLAIN]
        if not {"camera", ONE_TAKE} & set(scene.fixed):
            cut.append(len(layers.shots) >= 2)
        moves.append(never_twice(layers))
        sound = mix(layers)
        loud.append(abs(integrated(sound) - LOUDNESS) <= TOLERANCE)
        peaks.append(true_peak(sound) <= CEILING)
    return [
        Row("picture: every actor is seen", share_of(seen), 0.95),
        Row("picture: the main part has its colour", share_of(right), 0.90),
        Row("picture: two takes or more in 8 s", share_of(cut), 1.0),
        Row("picture: no half second comes twice", share_of(moves), 0.95),
        Row("sound: -16 LUFS within 1 LU", share_of(loud), 0.95),
        Row("sound: peaks below -1 dBTP", share_of(peaks), 1.0),
    ]


def _first(layers: Layers) -> Layers:
    return layers.shots[0] if layers.shots else layers


def _frame(layers: Layers, share: float = 0.7) -> NDArray[np.int16]:
    with Painter(layers, *SIZE) as painter:
        return painter.frame(min(layers.frames - 1, int(share * layers.frames))).astype(np.int16)


def _seen(layers: Layers, name: str) -> bool:
    """Taking somebody out changes the picture, in one take at least."""
    for shot in layers.shots or (layers,):
        others = tuple(each for each in shot.instances if each.actor.name != name)
        if len(others) == len(shot.instances):
            continue
        without = _frame(msgspec.structs.replace(shot, instances=others))
        if float((np.abs(_frame(shot) - without).max(axis=2) > 12).mean()) >= SEEN:
            return True
    return False


def _main(actor: Actor) -> str:
    return actor.look.get(next(iter(v.SUBJECTS[actor.subject].palette)), "")


def _coloured(scene: Scene, actor: Actor) -> bool:
    """By analysis through synthesis: of all plain colours, the actor drawn in the one that was said is nearest to the
    picture of the scene, within the part that colour changes."""
    plain = msgspec.structs.replace(scene, shots=(), actors=(msgspec.structs.replace(actor, relation=None),))
    seen = _frame(_first(stage(plain, 4.0, FPS, SIZE[0] / SIZE[1])))
    drawn = {name: _frame(_first(stage(_dyed(plain, name), 4.0, FPS, SIZE[0] / SIZE[1]))) for name in PLAIN}
    spread = np.ptp(np.stack(list(drawn.values())), axis=0).max(axis=2) > 40
    if float(spread.mean()) < SEEN / 4:
        return False
    named = v.COLOURS[_main(actor)]
    part = np.median(seen[spread], axis=0)
    white, black = (np.median(drawn[name][spread], axis=0) for name in ("white", "black"))
    expected = black + (white - black) * (np.array(named) / 255.0)
    distances = {name: float(np.abs(np.median(drawn[name][spread], axis=0) - part).sum()) for name in PLAIN}
    nearest = min(distances, key=lambda name: distances[name])
    return nearest == _main(actor) and float(np.abs(expected - part).max()) < 90


def _dyed(scene: Scene, colour: str) -> Scene:
    actor = scene.actors[0]
    main = next(iter(v.SUBJECTS[actor.subject].palette))
    return msgspec.structs.replace(scene, actors=(msgspec.structs.replace(actor, look={**actor.look, main: colour}),))


def never_twice(layers: Layers) -> bool:
    """Of pictures half a second apart no two are the same: nothing is looped, nothing stands still."""
    pictures = list(_moments(layers))
    return all(float(np.abs(a - b).mean()) > DIFFERS for n, a in enumerate(pictures) for b in pictures[n + 1 :])


def _moments(layers: Layers) -> Iterator[NDArray[np.int16]]:
    with Painter(layers, *SIZE) as painter:
        for at in range(0, layers.frames, FPS // 2):
            yield painter.frame(at).astype(np.int16)
