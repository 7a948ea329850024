"""The model `sketch-1`: words -> scene -> staging -> frames and sound -> files.

python -m inference.pipeline "a cat dances on the beach" --size 720x1280 --seconds 4 --out clip
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from inference import captions, media
from inference.digest import model_digest
from inference.film import Control, Files, Stopwatch, film, splice
from inference.ports import (
    Asset,
    BadInput,
    Cancelled,
    EngineCrash,
    Given,
    Job,
    OutOfMemory,
    Rejected,
    Result,
    Unsupported,
)
from inference.reel import Reel, reel_of
from inference.script import script
from inference.world.scene import FPS, SAMPLE_RATE, Scene, Understanding, Utterance
from inference.world.speech import Voice, read, speak
from inference.world.stage import stage, voices
from inference.world.tokens import content_words

MODEL, ENGINE = "sketch-1", "sketch"
SIDES = (64, 2160)  # pixels
LONGEST = 120.0  # seconds
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
    try:
        return _generate(job, folder, Control(progress, cancelled), watch)
    except BaseException as error:
        for name, _ in FILES.values():
            (folder / name).unlink(missing_ok=True)
        if isinstance(error, MemoryError):
            raise OutOfMemory(f"out of memory in stage {watch.at}: run fewer jobs at once") from error
        if isinstance(error, Exception) and not isinstance(error, (Cancelled, Rejected)):
            raise EngineCrash(f"{type(error).__name__} in stage {watch.at}") from error
        raise


def _generate(job: Job, folder: Path, control: Control, watch: Stopwatch) -> Result:
    check(job)
    control.reach(0.0)
    paths = {role: folder / name for role, (name, _) in FILES.items()}
    make = _stitch if job.verb == "stitch" else _film
    result = make(job, paths, control, watch)
    control.reach(1.0)
    return result


def _film(job: Job, paths: dict[str, Path], control: Control, watch: Stopwatch) -> Result:
    lead = _lead(job)
    before = lead.seconds if lead else 0.0
    seconds = job.seconds - before
    with watch.stage("understand"):
        understanding = script(job)
    scene = understanding.scene
    with watch.stage("speech"):
        speech, unspoken = recite(scene, seconds)
    control.reach(0.05)
    with watch.stage("stage"):
        layers = stage(scene, seconds, FPS, job.width / job.height, speech)
    control.reach(0.08)
    film(layers, (job.width, job.height), _media(paths), control, watch, lead)
    with watch.stage("files"):
        said = [*_shown(job.parents[0], lead, 0.0), *_cues(speech, before)] if lead else _cues(speech)
        assets = _assets(paths, msgspec.json.encode(scene), said)
    return _result(assets, *settle(understanding, job.prompt, unspoken), scene.seed)


def _stitch(job: Job, paths: dict[str, Path], control: Control, watch: Stopwatch) -> Result:
    """No words are needed, and none change anything. What is made of it later starts from the scene of the first clip:
    a scene has one place and one light."""
    reels = [_reel(parent) for parent in job.parents]
    splice(reels, (job.width, job.height), _media(paths), control, watch)
    with watch.stage("files"):
        said, at = [], 0.0
        for parent, reel in zip(job.parents, reels, strict=True):
            said += _shown(parent, reel, at)
            at += reel.seconds
        assets = _assets(paths, job.parents[0].scene, said)
    return _result(assets, [], content_words(job.prompt), job.seed)


def _reel(parent: Given) -> Reel:
    assert parent.video is not None
    return reel_of(parent.video, parent.span or (0.0, parent.seconds))


def _lead(job: Job) -> Reel | None:
    return _reel(job.parents[0]) if job.verb == "extend" else None


def _shown(parent: Given, reel: Reel, at: float) -> list[captions.Cue]:
    first = reel.first / FPS
    return captions.cut(captions.read(parent.captions or ""), first, first + reel.seconds, at)


def _media(paths: dict[str, Path]) -> Files:
    return Files(paths["video"], paths["thumbnail"], paths["spritesheet"])


def _assets(paths: dict[str, Path], scene: bytes | None, said: list[captions.Cue]) -> list[Asset]:
    if scene is not None:
        paths["scene"].write_bytes(scene)
    if said:
        paths["captions"].write_text(captions.webvtt(said), encoding="utf-8")
    return [_asset(role, path) for role, path in paths.items() if path.exists()]


def _result(assets: list[Asset], understood: list[str], ignored: list[str], seed: int) -> Result:
    return Result(
        assets=assets,
        understood=understood,
        ignored=ignored,
        engine=ENGINE,
        model_digest=model_digest(),
        seed=seed,
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
    _check_parents(job)


def _check_parents(job: Job) -> None:
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


def recite(scene: Scene, seconds: float) -> tuple[tuple[Utterance, ...], dict[str, str]]:
    """The spoken lines on the clip's clock, and the text of each line that had to stay unsaid, with the reason."""
    if not scene.lines:
        return (), {}
    of = voices(scene)
    cast = [Voice(*of[line.speaker]) for line in scene.lines]
    texts = [line.text for line in scene.lines]
    reading = read(texts, cast, scene.seed, seconds)
    speech = tuple(
        Utterance(at, scene.lines[i].speaker, texts[i], samples, cast[i].pitch, cast[i].formant)
        for i, at, samples in zip(reading.spoken, reading.starts, reading.samples, strict=True)
    )
    unspoken = {texts[i]: "the voice speaks English only" for i in reading.unsayable}
    return speech, unspoken | {texts[i]: f"too long for {seconds:g} s" for i in reading.too_long}


def settle(understanding: Understanding, prompt: str, unspoken: dict[str, str]) -> tuple[list[str], list[str]]:
    """Understood and ignored words, now that it is known which lines are not heard: their words were ignored after all,
    unless the prompt has them elsewhere too. Each such line follows whole, with its reason."""
    for text in unspoken:
        prompt = prompt.replace(text, " ")
    lost = {word for text in unspoken for word in content_words(f'"{text}"')} - set(content_words(prompt))
    understood = [word for word in understanding.understood if word not in lost]
    ignored = [*understanding.ignored, *(word for word in understanding.understood if word in lost)]
    return understood, [*ignored, *(f'"{text}" ({reason})' for text, reason in unspoken.items())]


def _cues(speech: Iterable[Utterance], before: float = 0.0) -> list[captions.Cue]:
    """`before`: what the file shows before the shot in which this is said, in seconds."""
    return [
        captions.Cue(before + u.at, before + u.at + len(u.samples) / SAMPLE_RATE, u.speaker, u.text) for u in speech
    ]


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
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    args = parser.parse_args(arguments)
    width, height = (int(side) for side in args.size.split("x"))
    job = Job(
        video_id="local", attempt=1, model=MODEL, verb="remix" if args.parent else "create", prompt=args.prompt,
        seed=args.seed, seconds=args.seconds, width=width, height=height,
        parents=(Given(seconds=args.seconds, scene=args.parent.read_bytes()),) if args.parent else (),
    )  # fmt: skip
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
