"""A story with two characters, made and measured: python -m tests.benchmarks.story --out FOLDER

Three scenes with dialogue: the first is made, extended with a cut, and extended again without one; two others are made;
the three are stitched with crossfades. Printed: the voices as they sound, what the file is, how loud it is, every seam,
and the captions. `--long` stitches the story with itself up to two minutes and prints the memory that it takes.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path
from typing import Any

import msgspec

from domain.jobs import Cast
from inference.pipeline import generate
from inference.ports import Given, Job, Result
from inference.recital import recite
from inference.world.scene import Scene
from tests.benchmarks import hearing

MARA = Cast(
    character_id="char_mara", name="Mara", handle="mara", description="a girl in a yellow dress", rig="person",
    parameters='{"hair": 12603392, "body": 16766720, "voice_pitch": 1.25, "voice_formant": 1.12}',
)  # fmt: skip
BODO = Cast(
    character_id="char_bodo", name="Bodo", handle="bodo", description="a robot", rig="person",
    parameters='{"body": 3381708, "size": 1.15, "voice_pitch": 0.6, "voice_formant": 0.84}',
)  # fmt: skip
CAST = (MARA, BODO)
SCENES = (
    (
        "create", 6,
        'Mara and Bodo meet in a park. Mara: "Hello Bodo! Did you see the big balloon?" Bodo: "Yes. It flew away."',
    ),
    ("extend", 5, 'Bodo waves. Mara: "Then let us follow it!" Bodo: "I am ready."'),
    ("extend", 4, 'The shot continues. Mara jumps. Mara: "Hurry up!"'),
    (
        "create", 6,
        'Mara and Bodo walk in the mountains at sunset. Bodo: "My legs are made of iron." Mara: "And mine are tired."',
    ),
    (
        "create", 5,
        'Mara and Bodo stand on the beach at night. Mara: "Look, there it is!" Narrator: "And so they found it."',
    ),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.story")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", default="360x640", help="WIDTHxHEIGHT in pixels")
    parser.add_argument("--long", action="store_true")
    args = parser.parse_args()
    size = tuple(int(side) for side in args.size.split("x"))
    story, joins = _story(args.out, size)
    _print_voices(args.out)
    _print_file(story, joins)
    if args.long:
        _print_long(args.out, story, size)


def _story(out: Path, size: tuple[int, ...]) -> tuple[Given, list[tuple[float, str]]]:
    """The stitched story and where its seams are."""
    clips, joins, at = list[Given](), list[tuple[float, str]](), 0.0
    for number, (verb, seconds, prompt) in enumerate(SCENES):
        parents = (clips.pop(),) if verb == "extend" else ()
        before = parents[0].seconds if parents else 0.0
        if number:
            kind = ("no cut" if "continues" in prompt else "cut") if parents else "crossfade"
            joins.append((at, kind))
        result = _make(out / f"{number + 1}", size, verb, prompt, before + seconds, parents)
        clips.append(_given(result, before + seconds))
        at += seconds
    result = _make(out / "story", size, "stitch", "crossfade", at, tuple(clips))
    return _given(result, at), joins


def _make(folder: Path, size: tuple[int, ...], verb: str, prompt: str, seconds: float, parents: Any) -> Result:
    folder.mkdir(parents=True, exist_ok=True)
    job = Job(
        video_id="video_story", attempt=1, model="sketch-1", verb=verb, prompt=prompt, seed=11, seconds=seconds,
        width=size[0], height=size[1], parents=parents, characters=() if verb == "stitch" else CAST,
    )  # fmt: skip
    started = time.perf_counter()
    result = generate(job, folder, lambda share: None, lambda: False)
    print(f"{folder.name:6} {verb:7} {seconds:5.1f} s in {time.perf_counter() - started:5.1f} s; {prompt}")
    print(f"       ignored: {', '.join(result.ignored) or '-'}")
    return result


def _given(result: Result, seconds: float) -> Given:
    files = {asset.role: Path(asset.path) for asset in result.assets}
    return Given(
        seconds=seconds,
        span=(0.0, seconds),
        scene=files["scene"].read_bytes(),
        video=files["video"],
        captions=files["captions"].read_text(encoding="utf-8") if "captions" in files else None,
    )


def _print_voices(out: Path) -> None:
    print("\nvoices, measured on what is said in the first scene")
    scene = msgspec.json.decode((out / "1" / "scene.json").read_bytes(), type=Scene)
    for line in recite(scene, SCENES[0][1]).speech:
        first, second, third = hearing.formants(line.samples)
        print(
            f"  {line.speaker:6} asked for pitch x{line.pitch:.2f}, formants x{line.formant:.2f}: "
            f"f0 {hearing.pitch(line.samples):4.0f}, F1 {first:4.0f}, F2 {second:4.0f}, F3 {third:4.0f} Hz"
        )


def _print_file(story: Given, joins: list[tuple[float, str]]) -> None:
    assert story.video
    print("\nfile")
    for name, value in hearing.facts(story.video).items():
        print(f"  {name:9} {value}")
    sound, steps = hearing.sound_of(story.video), hearing.differences(story.video)
    print("loudness {:.2f} LUFS, true peak {:.2f} dBTP".format(*hearing.heard(sound)))
    print("seams: frame difference beside the median around, and beside other key frames; loudness step; sharpest bend")
    edges = [0.0, *(at for at, _ in joins), story.seconds]
    for (at, kind), before, after in zip(joins, edges, edges[2:], strict=False):
        found = hearing.seam(at, steps, sound, before, after)
        print(
            f"  {at:5.1f} s {kind:9} {found.ratio:6.2f} x {found.key:6.2f} x  "
            f"{found.step:+5.2f} LU  {found.click:5.2f} x"
        )
    print(f"\n{story.captions}")


def _print_long(out: Path, story: Given, size: tuple[int, ...]) -> None:
    for times in (1, 4):
        seconds = min(120.0, story.seconds * times + 20 * (times > 1))
        clips = [story] * int(seconds // story.seconds)
        rest = seconds - story.seconds * len(clips)
        if rest > 1:
            clips.append(msgspec.structs.replace(story, span=(0.0, rest)))
        _make(out / f"long{times}", size, "stitch", "crossfade", seconds, tuple(clips))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        path = out / f"long{times}" / "video.mp4"
        print(f"  {seconds:.0f} s: peak memory so far {peak:.0f} MiB; {hearing.facts(path)['video']}")


if __name__ == "__main__":
    main()
