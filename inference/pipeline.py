"""The model `sketch-1`: words -> scene -> staging -> frames and sound -> files.

python -m inference.pipeline "a cat dances on the beach" --size 720x1280 --seconds 4 --out clip
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from inference import captions, joining, media
from inference.digest import model_digest
from inference.film import Control, Files, Stopwatch, film, splice, whole_or_nothing
from inference.media import Chapter
from inference.plate import use as plates
from inference.ports import (
    Asset,
    BadInput,
    Given,
    Job,
    Reference,
    Result,
    Unsupported,
)
from inference.provenance.delivery import Delivery
from inference.recital import recite, settle
from inference.reel import Reel, reel_of
from inference.script import goes_on, read_scene, script, title, transition
from inference.world.carry import carried, ending
from inference.world.casting import starring
from inference.world.cutting import line_spans
from inference.world.scene import FPS, Ending, Layers, Scene, Utterance
from inference.world.speech import speak
from inference.world.stage import stage

MODEL, ENGINE = "sketch-1", "sketch"
SIDES = (64, 2160)  # pixels
LONGEST = 120.0  # seconds
LIGHT = frozenset({"time", "weather"})  # fields of a scene
VERBS = ("create", "remix", "edit", "extend", "stitch")

FILES = {  # role -> name, MIME type
    "video": ("video.mp4", "video/mp4"),
    "thumbnail": ("thumbnail.webp", "image/webp"),
    "spritesheet": ("spritesheet.jpg", "image/jpeg"),
    "captions": ("captions.vtt", "text/vtt"),
    "scene": ("scene.json", "application/json"),
}


def generate(
    job: Job,
    folder: Path,
    progress: Callable[[float], None],
    cancelled: Callable[[], bool],
    watch: Stopwatch | None = None,
) -> Result:
    """See `ports.Generate`. `watch` receives the seconds of each stage."""
    watch = watch or Stopwatch()
    with whole_or_nothing([folder / name for name, _ in FILES.values()], watch):
        return _generate(job, folder, Control(progress, cancelled), watch)


def _generate(job: Job, folder: Path, control: Control, watch: Stopwatch) -> Result:
    check(job)
    control.reach(0.0)
    paths = {role: folder / name for role, (name, _) in FILES.items()}
    make = stitch if job.verb == "stitch" else _film
    result = make(job, paths, control, watch)
    control.reach(1.0)
    return result


def _film(job: Job, paths: dict[str, Path], control: Control, watch: Stopwatch) -> Result:
    delivery, lead = _delivery(job, watch), lead_of(job)
    before = lead.seconds if lead else 0.0
    seconds = job.seconds - before
    with watch.stage("understand"):
        understanding = script(job)
    scene = understanding.scene
    plate = plates.plate_of(job, before, _lit_since(job, scene, before))
    if plate:
        scene = plates.placed(scene, plate, job)
    with watch.stage("speech"):
        recital = recite(scene, seconds, line_spans(scene, seconds))
    control.reach(0.05)
    with watch.stage("stage"):
        layers = _staged(job, scene, seconds, recital.speech)
        layers = plates.before(layers, plate, _last(job)) if plate else layers
        scene = msgspec.structs.replace(scene, unsaid=recital.unsaid, ending=ending(layers))
    control.reach(0.08)
    marks = chapters(job, lead, scene) if lead else ()
    soft = joining.SOFT if lead and goes_on(job.prompt) else joining.CUT
    film(layers, (job.width, job.height), files_of(paths), control, watch, lead, soft, marks, delivery=delivery)
    said = [
        *(lead_cues(job.parents[0], lead) if lead else ()),
        *recital.cues(before, starring(scene, job.characters)),
    ]
    with watch.stage("sign"):
        delivery.sign(paths["video"], speaks=bool(recital.speech or (lead and job.parents[0].captions)))
    with watch.stage("files"):
        assets = assets_of(paths, msgspec.json.encode(scene), said)
    return _result(assets, *settle(understanding, job.prompt, recital.unspoken), scene.seed, delivery.mark_id)


def _staged(job: Job, scene: Scene, seconds: float, speech: tuple[Utterance, ...]) -> Layers:
    """An extension begins where its parent's scene ended."""
    layers, last = stage(scene, seconds, FPS, job.width / job.height, speech), _last(job)
    return carried(layers, last, cut=not goes_on(job.prompt)) if last else layers


def _last(job: Job) -> Ending | None:
    """Where an extension goes on from."""
    extended = job.parents[0].scene if job.verb == "extend" else None
    return read_scene(extended).ending if extended else None


def _lit_since(job: Job, scene: Scene, before: float) -> float:
    """For how long the light of this scene has been there. In a shot that goes on, the first words about light change
    it before our eyes, from the place's own; any others hold at once, or the place's own would flash up between."""
    if job.verb != "extend" or not goes_on(job.prompt):
        return before
    assert job.parents[0].scene is not None
    parent = read_scene(job.parents[0].scene)
    shot = parent.shots[-1] if parent.shots else parent
    first_words = not LIGHT & set(shot.fixed) and LIGHT & set(scene.fixed)
    return 0.0 if first_words else before


def chapters(job: Job, lead: Reel, scene: Scene) -> list[Chapter]:
    """What the file begins with, and the next shot."""
    parent = job.parents[0]
    return [
        *_chapters_of(parent, lead, 0.0, 1),
        Chapter(lead.seconds, job.seconds, title(msgspec.json.encode(scene), 2)),
    ]


def _chapters_of(parent: Given, reel: Reel, at: float, number: int) -> list[Chapter]:
    """Those that the file has in this part; else the part is one."""
    first = reel.first / FPS
    known = joining.moved(reel.chapters(), first, first + reel.seconds, at)
    return known or [Chapter(at, at + reel.seconds, title(parent.scene, number))]


def stitch(job: Job, paths: dict[str, Path], control: Control, watch: Stopwatch) -> Result:
    """Words say how the clips are joined, and nothing else. What is made of it later starts from the scene of the first
    clip: a scene has one place and one light."""
    delivery, reels = _delivery(job, watch), [_reel(parent) for parent in job.parents]
    how, understood, ignored = transition(job.prompt)
    said, chapters, at = list[captions.Cue](), list[Chapter](), 0.0
    for number, (parent, reel) in enumerate(zip(job.parents, reels, strict=True), 1):
        said += _shown(parent, reel, at)
        chapters += _chapters_of(parent, reel, at, number)
        at += reel.seconds
    half = joining.CROSSFADE if how == "crossfade" else joining.CUT
    splice(reels, (job.width, job.height), files_of(paths), control, watch, half, chapters, delivery=delivery)
    with watch.stage("sign"):
        delivery.sign(paths["video"], speaks=bool(said))
    with watch.stage("files"):
        assets = assets_of(paths, job.parents[0].scene, said)
    return _result(assets, understood, ignored, job.seed, delivery.mark_id)


def _delivery(job: Job, watch: Stopwatch) -> Delivery:
    with watch.stage("mark"):
        return Delivery(job)


def _reel(parent: Given) -> Reel:
    assert parent.video is not None
    return reel_of(parent.video, parent.span or (0.0, parent.seconds))


def lead_of(job: Job) -> Reel | None:
    return _reel(job.parents[0]) if job.verb == "extend" else None


def lead_cues(parent: Given, lead: Reel) -> list[captions.Cue]:
    """Captions of what the parent had no time to say go: the next shot says it."""
    assert parent.scene is not None
    unsaid = {line.text for line in read_scene(parent.scene).unsaid}
    return [cue for cue in _shown(parent, lead, 0.0) if cue.text not in unsaid]


def _shown(parent: Given, reel: Reel, at: float) -> list[captions.Cue]:
    first = reel.first / FPS
    return captions.cut(captions.read(parent.captions or ""), first, first + reel.seconds, at)


def files_of(paths: dict[str, Path]) -> Files:
    return Files(paths["video"], paths["thumbnail"], paths["spritesheet"], paths["video"].with_suffix(".sound"))


def assets_of(paths: dict[str, Path], scene: bytes | None, said: list[captions.Cue]) -> list[Asset]:
    if scene is not None:
        paths["scene"].write_bytes(scene)
    if said:
        paths["captions"].write_text(captions.webvtt(said), encoding="utf-8")
    return [_asset(role, path) for role, path in paths.items() if path.exists()]


def _result(assets: list[Asset], understood: list[str], ignored: list[str], seed: int, mark_id: str | None) -> Result:
    return Result(
        assets=assets,
        understood=understood,
        ignored=ignored,
        engine=ENGINE,
        model_digest=model_digest(),
        seed=seed,
        mark_id=mark_id,
    )


def warm_up() -> None:
    """Load the voice, which takes most of a second, before the first job needs it."""
    speak("Ready.", 0)


def check(job: Job) -> None:
    """Refuse what cannot succeed, with a sentence that says what can."""
    if job.model != MODEL:
        raise Unsupported(f"this engine runs {MODEL}, not {job.model}")
    if job.verb not in VERBS:
        raise Unsupported(f"{MODEL} can {', '.join(VERBS)}, not {job.verb}")
    if any(side % 2 or not SIDES[0] <= side <= SIDES[1] for side in (job.width, job.height)):
        raise Unsupported(f"width and height must be even and between {SIDES[0]} and {SIDES[1]} pixels")
    if not 1 / FPS <= job.seconds <= LONGEST:
        raise Unsupported(f"a clip has at least one frame and at most {LONGEST:.0f} seconds")
    if not job.prompt.strip() and job.verb != "stitch":
        raise BadInput("the prompt is empty: describe what should be seen and heard")
    check_parents(job)


def check_parents(job: Job) -> None:
    plates.check(job)
    if job.verb == "edit" and job.reference and not job.parents:
        return  # of a file that was uploaded
    if bool(job.parents) != (job.verb != "create"):
        raise BadInput("a create has no parents, every other verb has some")
    if job.verb not in {"create", "stitch"} and job.parents[0].scene is None:
        raise BadInput("the scene of the parent is missing: there is nothing to go on from")
    if job.verb in {"extend", "stitch"} and any(parent.video is None for parent in job.parents):
        raise BadInput("a parent's file is missing: there is nothing to join")
    if job.verb == "extend" and job.seconds - _reel(job.parents[0]).seconds < 1 / FPS:
        raise BadInput("an extension is longer than what it extends")
    if job.verb == "stitch" and sum(_reel(parent).seconds for parent in job.parents) > LONGEST:
        raise Unsupported(f"the clips last at most {LONGEST:.0f} seconds together")


def _asset(role: str, path: Path) -> Asset:
    return Asset(
        role=role, path=str(path), mime=FILES[role][1], sha256=media.sha256_file(path), bytes=path.stat().st_size
    )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m inference.pipeline", description="Make one clip with sketch-1.")
    parser.add_argument("prompt")
    parser.add_argument("--size", default="720x1280", help="WIDTHxHEIGHT in pixels")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--parent", type=Path, help="scene.json of the clip to remix")
    parser.add_argument("--image", type=Path, help="a picture as the place")
    parser.add_argument("--video", type=Path, help="a video as the place")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    args = parser.parse_args(arguments)
    width, height = (int(side) for side in args.size.split("x"))
    job = Job(
        video_id="local", attempt=1, model=MODEL, verb="remix" if args.parent else "create", prompt=args.prompt,
        seed=args.seed, seconds=args.seconds, width=width, height=height,
        parents=(Given(seconds=args.seconds, scene=args.parent.read_bytes()),) if args.parent else (),
    )  # fmt: skip
    if args.image or args.video:
        given = Reference(args.image, "image") if args.image else Reference(args.video, "video")
        job = msgspec.structs.replace(job, reference=given)
    args.out.mkdir(parents=True, exist_ok=True)
    watch, started = Stopwatch(), time.perf_counter()
    result = generate(job, args.out, lambda share: None, lambda: False, watch)
    _report(result, watch, time.perf_counter() - started)


def _report(result: Result, watch: Stopwatch, total: float) -> None:
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    print(f"total {total:.2f} s; drawing runs beside the rest")
    for name, seconds in watch.seconds.items():
        print(f"  {name:16} {seconds:6.3f} s  {seconds / total:4.0%}")
    print("understood:", ", ".join(result.understood) or "-")
    print("ignored:", ", ".join(result.ignored) or "-")
    for asset in result.assets:
        print(f"  {asset.role:12} {asset.bytes:9} bytes  {asset.sha256[:12]}  {asset.path}")


if __name__ == "__main__":
    main()
