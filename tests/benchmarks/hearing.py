"""What can be measured of finished files: pitch and formants of a voice, the picture and the sound at a seam."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_toeplitz
from scipy.signal import resample_poly

from inference.world.scene import FPS, SAMPLE_RATE
from inference.world.sound import loudness

Samples = NDArray[np.float32]
SPEECH_RATE = 10_000  # enough for three formants of any voice
ORDER = 11  # of the linear prediction: two for each of up to five formants, one for the slope


def pitch(samples: Samples) -> float:
    """Median of the fundamental in Hz over voiced stretches, by autocorrelation."""
    window, found = SAMPLE_RATE // 20, []
    floor = 0.5 * float(np.mean(np.square(samples)))
    for start in range(0, len(samples) - window, window // 2):
        frame = samples[start : start + window]
        if float(np.mean(np.square(frame))) < floor:
            continue
        spectrum = np.fft.rfft(frame, 2 * window)
        same = np.fft.irfft(np.abs(spectrum) ** 2)[:window]
        low, high = SAMPLE_RATE // 500, SAMPLE_RATE // 60
        lag = low + int(np.argmax(same[low:high]))
        if same[lag] > 0.4 * same[0]:
            found.append(SAMPLE_RATE / lag)
    return float(np.median(found))


def formants(samples: Samples) -> tuple[float, float, float]:
    """Medians of the first three resonances in Hz over loud frames, by linear prediction."""
    slow = resample_poly(samples, SPEECH_RATE, SAMPLE_RATE)
    slow = np.append(slow[0], slow[1:] - 0.97 * slow[:-1])
    window = SPEECH_RATE // 33
    frames = [slow[at : at + window] * np.hamming(window) for at in range(0, len(slow) - window, window // 2)]
    floor = 0.5 * float(np.mean([np.mean(np.square(frame)) for frame in frames]))
    found = [three for frame in frames if np.mean(np.square(frame)) > floor and (three := _resonances(frame))]
    return tuple(float(number) for number in np.median(found, axis=0))  # type: ignore[return-value]


def _resonances(frame: NDArray[np.float64]) -> tuple[float, float, float] | None:
    same = np.correlate(frame, frame, "full")[len(frame) - 1 : len(frame) + ORDER]
    prediction = solve_toeplitz(same[:-1] * np.append(1.0001, np.ones(ORDER - 1)), same[1:])
    roots = np.roots(np.append(1, -prediction))
    roots = roots[roots.imag > 0]
    hertz = np.angle(roots) * SPEECH_RATE / (2 * np.pi)
    width = -np.log(np.abs(roots)) * SPEECH_RATE / np.pi
    heard = np.sort(hertz[(hertz > 200) & (width < 500)])
    return (heard[0], heard[1], heard[2]) if len(heard) >= 3 else None


class Heard(NamedTuple):
    lufs: float
    true_peak: float


def heard(samples: Samples) -> Heard:
    return Heard(loudness.integrated(samples), loudness.true_peak(samples))


def sound_of(path: Path) -> Samples:
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1).T.copy()


def differences(path: Path) -> NDArray[np.float64]:
    """Mean difference of neighbouring frames, 0 to 255: the one at `i` lies between the frames i and i + 1."""
    found, before = [], None
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            small = frame.to_ndarray(format="rgb24").astype(np.int16)
            if before is not None:
                found.append(float(np.abs(small - before).mean()))
            before = small
    return np.array(found)


class Seam(NamedTuple):
    at: float  # seconds
    ratio: float  # of the frame difference there to the median within two seconds
    key: float  # of the same to the median at other whole seconds nearby, where the encoder begins anew
    step: float  # of the loudness from the part before to the part after, LU
    click: float  # sharpest bend of the wave within 5 ms of it, beside the sharpest elsewhere nearby


def seam(at: float, steps: NDArray[np.float64], sound: Samples, before: float = 0.0, after: float = 1e9) -> Seam:
    """`before`, `after`: where the part before it begins and the one after it ends."""
    frame = round(at * FPS) - 1
    near = np.delete(steps[max(0, frame - 2 * FPS) : frame + 2 * FPS], min(frame, 2 * FPS))
    around = [FPS * n - 1 for n in range(round(at) - 3, round(at) + 4) if n != round(at)]
    place, reach, width = round(at * SAMPLE_RATE), 3 * SAMPLE_RATE, SAMPLE_RATE // 200
    bends = np.abs(np.diff(sound[max(0, place - reach) : place + reach].mean(axis=1), 2))
    middle = min(place, reach)
    inside = bends[middle - width : middle + width].max()
    outside = np.delete(bends, np.arange(middle - width, middle + width)).max()
    first, last = round(before * SAMPLE_RATE), round(min(after, len(sound) / SAMPLE_RATE) * SAMPLE_RATE)
    return Seam(
        at,
        float(steps[frame] / np.median(near)),
        float(steps[frame] / np.median([steps[i] for i in around if 0 <= i < len(steps)])),
        loudness.integrated(sound[place:last]) - loudness.integrated(sound[first:place]),
        float(inside / outside),
    )


def facts(path: Path) -> dict[str, Any]:
    """What a prober says about the file."""
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        return {
            "format": container.format.name,
            "duration": round((container.duration or 0) / 1e6, 3),
            "video": f"{video.codec_context.name} {video.width}x{video.height} {video.average_rate} fps, "
            f"{video.frames} frames, {float(video.duration * video.time_base):.3f} s",
            "audio": f"{audio.codec_context.name} {audio.rate} Hz {audio.layout.name}, "
            f"{float(audio.duration * audio.time_base):.3f} s",
            "bytes": path.stat().st_size,
            "chapters": [
                f"{float(c['start'] * c['time_base']):.1f} s {c['metadata']['title']}" for c in container.chapters()
            ],
        }
