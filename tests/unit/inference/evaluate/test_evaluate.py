"""The gates at a fixed seed, small; and that the measures can fail."""

from __future__ import annotations

import msgspec
import pytest

from inference.evaluate import cases, remixing, showing, understanding
from inference.evaluate.measure import Row, Share, table
from inference.world.scene import FPS
from inference.world.shots import tell
from inference.world.stage import stage

SEED = 7


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (95, 100, 0.888, 0.978), (0, 0, 0.0, 1.0)],
)
def test_intervals_are_those_of_wilson(hits: int, of: int, low: float, high: float) -> None:
    assert Share(hits, of).interval() == pytest.approx((low, high), abs=0.001)


def test_a_row_without_cases_does_not_pass() -> None:
    assert not Row("x", Share(0, 0), 0.5).passed
    assert Row("x", Share(1, 2), 0.5).passed
    assert "FAILED" in table([Row("x", Share(1, 3), 0.5)])


def test_the_sets_are_as_large_as_promised_and_apart() -> None:
    held, dev = cases.load("held_out"), cases.load("dev")
    assert len(held) == 200
    assert len(cases.remixes()) == 100
    lengths = [len(case.prompt.split()) for case in held]
    assert (min(lengths), max(lengths) > 150) == (1, True)
    assert not {case.prompt.lower() for case in held} & {case.prompt.lower() for case in dev}


def test_held_out_prompts_pass_every_gate() -> None:
    rows = {row.name: row for row in understanding.rows(cases.load("held_out"), SEED)}
    assert all(row.passed for row in rows.values()), table(list(rows.values()))
    floor = rows["subject"].floor
    assert floor is not None
    assert floor.value < 0.2, "prompts that were shuffled are not understood"


def test_remixes_leave_all_else_alone() -> None:
    assert remixing.misses(cases.remixes()[::4], SEED) == []


def test_a_wrong_binding_is_seen() -> None:
    case = cases.case_of("cat :red !run dog :blue @park | a blue cat runs in the park, a red dog sits")
    wrong = [name for name, right, _ in understanding.judge(case, tell(case.prompt, SEED)) if not right]
    assert wrong == ["colour binding", "colour binding"]


def test_a_change_that_nobody_named_is_seen() -> None:
    remix = cases.Remix(("time=night",), "a red cat dances", "make it night")
    parent = tell(remix.parent, SEED).scene
    child = msgspec.structs.replace(parent, time="night", weather="storm")
    assert remixing.strays(remix, parent, child) == [f"weather: {parent.weather} -> storm"]
    assert remixing.undone(remix, parent, parent) == ["time=night"]


def test_pictures_show_the_scene() -> None:
    layers = stage(tell("a red cat dances in the park", SEED).scene, 4.0, FPS, showing.SIZE[0] / showing.SIZE[1])
    assert showing._seen(layers, "cat")
    assert not showing._seen(layers, "dog")


def test_a_picture_that_comes_twice_is_seen() -> None:
    empty = tell("an empty room, static camera", SEED).scene
    assert not showing.never_twice(stage(empty, 2.0, FPS, showing.SIZE[0] / showing.SIZE[1]))
    moving = tell("a red cat dances in a room", SEED).scene
    assert showing.never_twice(stage(moving, 2.0, FPS, showing.SIZE[0] / showing.SIZE[1]))
