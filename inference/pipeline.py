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

from inference import media
from inference.digest import model_digest
from inference.film import Control, Stopwatch, film
from inference.ports import Asset, BadInput, Cancelled, EngineCrash, Job, OutOfMemory, Rejected, Result, Unsupported
from inference.world import vocabulary as v
from inference.world.patch import patch
from inference.world.scene import FPS, SAMPLE_RATE, WORLD_VERSION, Scene, Understanding, Utterance
from inference.world.speech import Voice, read, speak
from inference.world.stage import stage, voices
from inference.world.tokens import content_words
from inference.world.understand import understand

MODEL, ENGINE = "sketch-1", "sketch"
SIDES = (64, 2160)  # pixels
LONGEST = 60.0  # seconds

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
    with watch.stage("understand"):
        understanding = _understand(job)
    scene = understanding.scene
    with watch.stage("speech"):
        speech, unspoken = recite(scene, job.seconds)
    control.reach(0.05)
    with watch.stage("stage"):
        layers = stage(scene, job.seconds, FPS, job.width / job.height, speech)
    control.reach(0.08)
    paths = {role: folder / name for role, (name, _) in FILES.items()}
    stills = paths["thumbnail"], paths["spritesheet"]
    film(layers, (job.width, job.height), paths["video"], *stills, control, watch)
    with watch.stage("files"):
        paths["scene"].write_bytes(msgspec.json.encode(scene))
        if speech:
            paths["captions"].write_text(media.webvtt(_cues(speech)), encoding="utf-8")
        assets = [_asset(role, paths[role]) for role in FILES if role != "captions" or speech]
    understood, ignored = settle(understanding, job.prompt, unspoken)
    control.reach(1.0)
    return Result(
        assets=assets,
        understood=understood,
        ignored=ignored,
        engine=ENGINE,
        model_digest=model_digest(),
        seed=scene.seed,
    )


def warm_up() -> None:
    """Load the voice, which takes most of a second, before the first job needs it."""
    speak("Ready.", 0)


def check(job: Job) -> None:
    """Refuse what cannot succeed, with a sentence that says what can."""
    if job.model != MODEL:
        raise Unsupported(f"this engine runs {MODEL}, not {job.model}")
    if job.verb not in {"create", "remix"}:
        raise Unsupported(f"{MODEL} can create and remix, not {job.verb}")
    if any(side % 2 or not SIDES[0] <= side <= SIDES[1] for side in (job.width, job.height)):
        raise Unsupported(f"width and height must be even and between {SIDES[0]} and {SIDES[1]} pixels")
    if not 1 / FPS <= job.seconds <= LONGEST:
        raise Unsupported(f"a clip has at least one frame and at most {LONGEST:.0f} seconds")
    if not job.prompt.strip():
        raise BadInput("the prompt is empty: describe what should be seen and heard")
    if (job.parent_scene is None) != (job.verb == "create"):
        raise BadInput("a remix needs the scene of its parent, a create has none")


def _understand(job: Job) -> Understanding:
    if job.parent_scene is None:
        return understand(job.prompt, job.seed)
    return patch(read_scene(job.parent_scene), job.prompt)


class _Version(msgspec.Struct):
    world_version: int


def read_scene(data: bytes) -> Scene:
    try:
        version = msgspec.json.decode(data, type=_Version).world_version
        if version != WORLD_VERSION:
            raise Unsupported(
                f"the parent's scene has world version {version} and this engine reads {WORLD_VERSION}: "
                "create the clip anew from its prompt"
            )
        scene = msgspec.json.decode(data, type=Scene)
    except msgspec.MsgspecError as error:
        raise BadInput("the parent's scene cannot be read") from error
    if not _stageable(scene):
        raise BadInput("the parent's scene names something that this engine cannot show")
    return scene


def _stageable(scene: Scene) -> bool:
    fields = (
        (scene.place, v.PLACES), (scene.weather, v.WEATHERS), (scene.time, v.TIMES), (scene.camera, v.CAMERAS),
        (scene.mood, v.MOODS),
    )  # fmt: skip
    cast = {"", *(actor.name for actor in scene.actors)}
    return (
        all(value in names for value, names in fields)
        and all(actor.subject in v.SUBJECTS and actor.action in v.ACTIONS for actor in scene.actors)
        and all(line.speaker in cast for line in scene.lines)
    )


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


def _cues(speech: Iterable[Utterance]) -> list[media.Cue]:
    return [media.Cue(u.at, u.at + len(u.samples) / SAMPLE_RATE, u.speaker, u.text) for u in speech]


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
        parent_scene=args.parent.read_bytes() if args.parent else None,
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
