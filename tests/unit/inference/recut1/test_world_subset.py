"""The training world as layers, and the compositor that puts them together."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from inference.recut1 import subset
from inference.recut1.compositor import Compositor, Layer
from inference.train import latents
from inference.train import world_subset as world
from inference.train.world_subset import Clip

QUIET = 5


def clip_of(seed: int = 1) -> Clip:
    return next(c for c in (world.draw(seed, i) for i in range(200)) if c.scene.actors[0].subject == "ball")


def composed(clip: Clip, width: int, height: int, index: int = 0) -> np.ndarray:
    layers = world.staged(clip)
    instance = layers.instances[0]
    motion = subset.motion_of(instance, subset.FPS)
    actor = instance.actor
    moments = [subset.moment(row) for row in motion]
    layer = Layer(actor.subject, actor.action, instance.depth, world.sprites(instance, motion), moments, range(48))
    picture = world.background(layers.background, clip.aspect)
    with Compositor(picture, [layer], layers.background, width, height) as compositor:
        return compositor.frame(index)


def test_a_clip_is_drawn_from_its_number_alone() -> None:
    assert world.draw(3, 14) == world.draw(3, 14)
    assert world.draw(3, 14) != world.draw(3, 15)


def test_training_and_held_out_clips_share_no_combination() -> None:
    seen = list(latents.clips(4, 0, 40))
    held = list(latents.clips(4, 0, 10, held=True))
    assert not any(world.held_out(clip) for clip in seen)
    assert all(world.held_out(clip) for clip in held)


def test_everybody_only_does_what_the_subset_has() -> None:
    for i in range(60):
        actor = world.draw(9, i).scene.actors[0]
        assert subset.can_act(actor.subject, actor.action)


def test_the_sprite_frame_holds_the_whole_subject() -> None:
    clip = clip_of()
    layers = world.staged(clip)
    motion = subset.motion_of(layers.instances[0], subset.FPS)
    alpha = world.sprites(layers.instances[0], motion)[..., 3]
    edges = max(alpha[:, 0].max(), alpha[:, :, 0].max(), alpha[:, :, -1].max())
    assert edges < QUIET
    assert alpha.max() == 255


@pytest.mark.parametrize(("width", "height"), [(90, 160), (160, 90), (120, 120)])
def test_the_compositor_draws_at_any_aspect(width: int, height: int) -> None:
    frame = composed(clip_of()._replace(aspect=width / height), width, height)
    assert frame.shape == (height, width, 3)
    assert frame.std() > 10


def test_the_subject_is_where_its_motion_says() -> None:
    clip = clip_of()
    layers = world.staged(clip)
    at = subset.moment(subset.motion_of(layers.instances[0], subset.FPS)[24])
    frame = composed(clip, 108, 192, 24).astype(int)
    empty = world.background(layers.background, clip.aspect)
    with Compositor(empty, [], layers.background, 108, 192) as compositor:
        changed = np.abs(frame - compositor.frame(0)).sum(-1) > 60
    x = changed.nonzero()[1].mean()
    assert abs((x - 54) / 192 - at.x) < 0.08 * max(1.0, clip.aspect)


def test_at_night_the_same_sprite_is_darker() -> None:
    clip = clip_of()
    scene = clip.scene

    def of(time: str) -> np.ndarray:
        return composed(clip._replace(scene=msgspec.structs.replace(scene, time=time)), 108, 192)

    assert of("night").mean() < of("day").mean() - 20


def test_what_is_said_is_heard_apart_from_the_rest() -> None:
    rest, speech = world.heard(world.staged(clip_of()))
    assert rest.shape == speech.shape == (96_000,)
    assert rest.any()
    assert not speech.any()
