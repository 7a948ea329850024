"""How faint the marks are, what they cost, and what they survive.

    python -m tests.benchmarks.bench_marks [--size 720x1280] [--seconds 4] [--clips 5] [--keys 20] [--out FOLDER]

Clips of sketch-1 as they are delivered, then attacked: encoded again, shrunk, cut at the edges, all of it at once; the
sound encoded again, and a part of it. Bit errors are those before the check bits are asked. Beside them the same clips
without marks, and wrong keys: nothing may be found there.
"""

from __future__ import annotations

import argparse
import os
import platform
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, NamedTuple

import av
import numpy as np
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

from inference import media
from inference.pipeline import generate
from inference.ports import Job, Provenance
from inference.provenance import keyed, mark, sound_mark
from inference.provenance.delivery import Delivery
from inference.provenance.planes import plane_of
from inference.provenance.reading import _lumas, _sound
from infra.signing import FileSigner, local_signer

KEY: Final = secrets.token_bytes(32)
PROMPTS: Final = (
    "a red cat dances on the beach",
    "a white bird flies in a clear blue sky",
    'a girl says "Hello my dear friend, how was your day?" in the park at night, rain',
    "a car drives through the city in a storm",
    "a fish swims in the sea",
    "a brown dog runs through a snowy forest",
)
Lumas = list[mark.Luma]


class Attack(NamedTuple):
    name: str
    crf: int = 28
    half: bool = False
    crop: bool = False


ATTACKS: Final = (
    Attack("as delivered", crf=-1),
    Attack("crf 28"),
    Attack("half size", crf=18, half=True),
    Attack("10 % cut off", crf=18, crop=True),
    Attack("all three", half=True, crop=True),
)


class Clip(NamedTuple):
    prompt: str
    mark_id: int
    marked: Path
    plain: Path


def made(prompt: str, seed: int, args: argparse.Namespace, folder: Path, signer: FileSigner) -> Clip:
    width, height = (int(side) for side in args.size.split("x"))
    mark_id = secrets.randbits(64)
    given = Provenance(mark_key=KEY, mark_id=mark_id, label=False, signer=signer)
    files = []
    for name, provenance in (("marked", given), ("plain", None)):
        job = Job(
            video_id="video_1", attempt=1, model="sketch-1", verb="create", prompt=prompt, seed=seed,
            seconds=args.seconds, width=width, height=height, provenance=provenance,
        )  # fmt: skip
        out = folder / f"{seed}-{name}"
        out.mkdir(parents=True, exist_ok=True)
        generate(job, out, lambda share: None, lambda: False)
        files.append(out / "video.mp4")
    return Clip(prompt, mark_id, *files)


def frames(file: Path) -> Iterator[VideoFrame]:
    with av.open(str(file)) as container:
        yield from container.decode(video=0)


def attacked(file: Path, attack: Attack) -> Path:
    if attack.crf < 0:
        return file
    out = file.with_name(f"{attack.name.replace(' ', '-').replace('%', '')}.mp4")
    with av.open(str(out), "w") as container:
        stream: Any = None
        for number, frame in enumerate(frames(file)):
            picture = _cut(frame) if attack.crop else frame
            if attack.half:
                width, height = picture.width // 4 * 2, picture.height // 4 * 2
                picture = picture.reformat(width, height, interpolation=Interpolation.BICUBIC)
            if stream is None:
                stream = container.add_stream("libx264", rate=30, options={"preset": "medium", "crf": str(attack.crf)})
                stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, "yuv420p"
            picture.pts, picture.time_base, picture.pict_type = number, Fraction(1, 30), PictureType.NONE
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return out


def _cut(frame: VideoFrame) -> VideoFrame:
    """A tenth of either side, a little more of it on the left than on the right."""
    rgb = frame.to_ndarray(format="rgb24")
    height, width = (round(side * 0.9) // 2 * 2 for side in rgb.shape[:2])
    top, left = round(rgb.shape[0] * 0.05) + 1, round(rgb.shape[1] * 0.06) + 1
    part = np.ascontiguousarray(rgb[top : top + height, left : left + width])
    return VideoFrame.from_ndarray(part, format="rgb24").reformat(format="yuv420p")


def encoded(audio: NDArray[np.float32], bits: int, file: Path) -> NDArray[np.float32]:
    with av.open(str(file), "w", format="mp4") as container:
        stream: Any = container.add_stream("aac", rate=media.SAMPLE_RATE, layout="stereo")
        stream.codec_context.bit_rate = bits
        for at in range(0, len(audio), media.AAC_FRAME):
            container.mux(stream.encode(media._audio_frame(audio, at)))
        container.mux(stream.encode(None))
    return _sound(file)


SOUNDS: Final[dict[str, Callable[[NDArray[np.float32], Path], NDArray[np.float32]]]] = {
    "as delivered": lambda audio, file: audio,
    "AAC 128 kbit/s": lambda audio, file: encoded(audio, 128_000, file),
    "AAC 64 kbit/s": lambda audio, file: encoded(audio, 64_000, file),
    "a part, one channel": lambda audio, file: audio[21_111:, :1],
}


def searched(file: Path) -> mark.Field:
    with av.open(str(file)) as container:
        return mark.residue(_lumas(container))


def picture_errors(field: mark.Field, mark_id: int) -> tuple[float, int]:
    """The score of the beginning, and how many bits of 90 were read wrong at the best of the places tried."""
    best, spectrum = (-np.inf, 0, 0), None
    for period in mark.periods(field):
        _, folded, begins = mark._fitted(field, period, KEY)
        y, x = divmod(int(begins.argmax()), mark.TILE)
        if begins[y, x] > best[0]:
            best, spectrum = (float(begins[y, x]), y, x), folded
    assert spectrum is not None
    scores = mark.symbol_scores(spectrum * mark._shift(-best[1], -best[2]), KEY)
    return best[0], wrong_bits(scores, keyed.words(KEY, mark_id, mark.SYMBOLS, mark.BITS))


def sound_errors(audio: NDArray[np.float32], mark_id: int) -> tuple[float, int]:
    begin, best, folded = sound_mark._pattern(KEY, 0), (-np.inf, 0), None
    for at in range(0, sound_mark.HOP, sound_mark.HOP // sound_mark.PHASES):
        fold = sound_mark.fold(audio[at:])
        begins = sound_mark._scores(fold, begin)[:, 0]
        if begins.max() > best[0]:
            best, folded = (float(begins.max()), int(begins.argmax())), fold
    assert folded is not None
    scores = sound_mark.symbol_scores(np.roll(folded, -best[1], 0), KEY)
    return best[0], wrong_bits(scores, keyed.words(KEY, mark_id, sound_mark.SYMBOLS, sound_mark.BITS))


def wrong_bits(scores: list[NDArray[np.float64]], words: list[int]) -> int:
    return sum((int(score.argmax()) ^ word).bit_count() for score, word in zip(scores, words, strict=True))


def faintness(clip: Clip, width: int, height: int) -> str:
    """Of the numbers that are added, before anything is encoded."""
    plane, errors = mark.planes(KEY, clip.mark_id, width, height), []
    for frame in list(frames(clip.plain))[::15]:
        before = frame.to_ndarray(format="gray")
        after = before.copy()
        mark.add(after, plane)
        errors.append(float(np.mean((after.astype(np.int16) - before) ** 2)))
    before, after = _sound(clip.plain), _sound(clip.plain).copy()
    sound_mark.add(after, KEY, clip.mark_id)
    below = 10 * np.log10(np.sum((after - before) ** 2) / np.sum(before**2))
    return f"picture {10 * np.log10(255**2 / np.mean(errors)):.1f} dB PSNR, sound {below:.1f} dB below what is heard"


def cost(args: argparse.Namespace, clip: Clip, signer: FileSigner) -> None:
    width, height = (int(side) for side in args.size.split("x"))
    given = Provenance(mark_key=KEY, mark_id=clip.mark_id, label=True, signer=signer)
    job = Job(
        video_id="video_1", attempt=1, model="sketch-1", verb="create", prompt="a cat", seed=1, seconds=args.seconds,
        width=width, height=height, provenance=given,
    )  # fmt: skip
    pictures = [
        VideoFrame.from_ndarray(frame.to_ndarray(), format="yuv420p") for frame in list(frames(clip.plain))[:40]
    ]
    plane = mark.planes(KEY, clip.mark_id, width, height)
    with told("mark of the pictures", f"ms per frame of {args.size}", 1e3 / len(pictures)):
        for picture in pictures:
            mark.add(plane_of(picture), plane)
    with told("plane and label", "ms per clip", 1e3):
        delivery = Delivery(job)
    audio = _sound(clip.plain)
    with told("mark of the sound", f"ms per clip of {args.seconds:g} s", 1e3):
        delivery.sound(audio)
    copy = clip.plain.with_name("signed.mp4")
    copy.write_bytes(clip.plain.read_bytes())
    before = copy.stat().st_size
    with told("signature", "ms per clip", 1e3):
        delivery.sign(copy, speaks=False)
    print(f"  {'':22}{copy.stat().st_size - before:9} bytes more")
    with told("reading the frames", "s"):
        field = searched(clip.marked)
    with told("searching them", "s"):
        mark.search(field, KEY)
    audio = _sound(clip.marked)
    with told("searching the sound", "s"):
        sound_mark.search(audio, KEY)


@contextmanager
def told(what: str, unit: str, times: float = 1) -> Iterator[None]:
    started = time.perf_counter()
    yield
    print(f"  {what:22}{(time.perf_counter() - started) * times:9.2f} {unit}")


def robustness(clips: list[Clip]) -> None:
    fields = {(clip, attack): searched(attacked(clip.marked, attack)) for clip in clips for attack in ATTACKS}
    print(f"\nPicture: found, score of the beginning (needed: {mark.LEAST:.1f}), wrong bits of 90")
    for attack in ATTACKS:
        row = [_row(fields[clip, attack], clip, mark.search, picture_errors) for clip in clips]
        print(f"  {attack.name:20} " + "  ".join(row))
    print(f"\nSound: found, score of the beginning (needed: {sound_mark.LEAST:.1f}), wrong bits of 84")
    for name, change in SOUNDS.items():
        heard = [change(_sound(clip.marked), clip.marked.with_name("sound.m4a")) for clip in clips]
        row = [_row(audio, clip, sound_mark.search, sound_errors) for audio, clip in zip(heard, clips, strict=True)]
        print(f"  {name:20} " + "  ".join(row))


def _row(what: Any, clip: Clip, search: Callable[..., Any], errors: Callable[..., tuple[float, int]]) -> str:
    found = clip.mark_id in [each.mark_id for each in search(what, KEY)]
    score, wrong = errors(what, clip.mark_id)
    return f"{'yes' if found else 'NO ':3} {score:5.1f} {wrong:2}"


def strangers(clips: list[Clip], keys: int) -> None:
    """Wrong keys on marked clips, and any keys on clips without a mark."""
    tried, found, highest = 0, 0, {"picture": 0.0, "sound": 0.0}
    for clip in clips:
        for file in (clip.plain, attacked(clip.plain, ATTACKS[-1]), clip.marked):
            field, audio = searched(file), _sound(file)
            folds = [mark.fold(field, period) for period in mark.periods(field)]
            for _ in range(keys):
                key = secrets.token_bytes(32)
                found += len(sound_mark.search(audio, key)) if len(audio) else 0
                for folded in folds:
                    score = float(mark._scores(folded, mark._pattern(key, 0)).max())
                    highest["picture"] = max(highest["picture"], score)
                if len(audio):
                    score = float(sound_mark._scores(sound_mark.fold(audio), sound_mark._pattern(key, 0))[:, 0].max())
                    highest["sound"] = max(highest["sound"], score)
                tried += 1
            found += len(mark.search(field, secrets.token_bytes(32)))
    picture = mark.CHANCE * mark.TRIES / 2 ** (mark.SYMBOLS * mark.BITS - 64)
    sound = (
        sound_mark.CHANCE * 2 * sound_mark.PEAKS * sound_mark.TRIES / 2 ** (sound_mark.SYMBOLS * sound_mark.BITS - 64)
    )
    print(f"\nNothing to be found: {found} found in {tried} readings with keys that have not made the mark")
    print(f"  highest beginnings: picture {highest['picture']:.1f} of {mark.LEAST:.1f} needed, ", end="")
    print(f"sound {highest['sound']:.1f} of {sound_mark.LEAST:.1f}")
    print(f"  bound per file, whatever it shows: picture {picture:.1e} + sound {sound:.1e} = {picture + sound:.1e}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", default="720x1280")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--clips", type=int, default=5)
    parser.add_argument("--keys", type=int, default=20)
    parser.add_argument("--out", type=Path, help="keep the clips here")
    args = parser.parse_args()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"{machine}, {args.size}, {args.seconds:g} s")
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.out or Path(scratch)
        signer = local_signer(Path(scratch) / "home", datetime.now(UTC))
        clips = [made(prompt, seed, args, folder, signer) for seed, prompt in enumerate(PROMPTS[: args.clips])]
        width, height = (int(side) for side in args.size.split("x"))
        print("\nFaintness")
        for clip in clips:
            print(f"  {faintness(clip, width, height)}: {clip.prompt}")
        print("\nCost")
        cost(args, clips[0], signer)
        robustness(clips)
        strangers(clips, args.keys)


if __name__ == "__main__":
    main()
