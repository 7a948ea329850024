from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.world import speech
from inference.world.scene import SAMPLE_RATE
from inference.world.speech import Unsayable, Voice, read, speak

LINE = "The quick brown fox jumps over the lazy dog."
PLAIN = Voice()


def fundamental(samples: NDArray[np.float32]) -> float:
    """Median pitch in Hz over the loud stretches, by autocorrelation."""
    window, found = 2400, []
    for start in range(0, len(samples) - window, window // 2):
        frame = samples[start : start + window]
        if np.mean(np.square(frame)) < 0.5 * np.mean(np.square(samples)):
            continue
        lags = np.correlate(frame, frame, "full")[window - 1 :]
        low, high = SAMPLE_RATE // 450, SAMPLE_RATE // 70
        found.append(SAMPLE_RATE / (low + int(np.argmax(lags[low:high]))))
    return float(np.median(found))


def centroid(samples: NDArray[np.float32]) -> float:
    power = np.square(np.abs(np.fft.rfft(samples)))
    hz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    voiced = (hz > 300) & (hz < 5000)
    return float((power * hz)[voiced].sum() / power[voiced].sum())


def test_the_same_seed_gives_the_same_samples_and_another_one_others() -> None:
    assert np.array_equal(speak(LINE, 5), speak(LINE, 5))
    other = speak(LINE, 6)
    assert len(other) != len(speak(LINE, 5)) or not np.array_equal(other, speak(LINE, 5))


def test_a_line_lasts_as_long_as_it_takes_to_say_and_has_no_silent_ends() -> None:
    line = speak(LINE, 1)
    assert line.dtype == np.float32
    assert 1.8 < len(line) / SAMPLE_RATE < 3.2
    tenth = SAMPLE_RATE // 10
    loud = np.sqrt(np.mean(np.square(line)))
    for end in (line[:tenth], line[-tenth:]):
        assert np.sqrt(np.mean(np.square(end))) > 0.03 * loud
    assert abs(line[0]) < 1e-4
    assert abs(line[-1]) < 1e-4


def test_pitch_moves_the_voice_and_keeps_its_length() -> None:
    low, plain, high = (speak(LINE, 1, pitch) for pitch in (0.6, 1.0, 1.6))
    assert fundamental(low) / fundamental(plain) == pytest.approx(0.6, rel=0.15)
    assert fundamental(high) / fundamental(plain) == pytest.approx(1.6, rel=0.15)
    assert len(low) == pytest.approx(len(plain), rel=0.05)
    assert len(high) == pytest.approx(len(plain), rel=0.05)


def test_formants_move_the_colour_of_the_voice_and_not_its_pitch() -> None:
    dark, bright = speak(LINE, 1, 1.0, 0.82), speak(LINE, 1, 1.0, 1.2)
    assert centroid(bright) > 1.1 * centroid(dark)
    assert fundamental(bright) == pytest.approx(fundamental(dark), rel=0.1)


def test_all_voices_are_equally_loud() -> None:
    levels = [np.sqrt(np.mean(np.square(speak(LINE, 1, *voice)))) for voice in ((0.6, 0.82), (1, 1), (1.6, 1.2))]
    assert levels == pytest.approx([speech.LEVEL] * 3, rel=1e-3)


def test_a_faster_line_is_shorter() -> None:
    assert len(speak(LINE, 1, speed=1.25)) < 0.9 * len(speak(LINE, 1))


@pytest.mark.parametrize("text", ["Привет, мир", "こんにちは", "hello 世界", "...", "!?", "👍", ""])
def test_what_the_voice_cannot_say_is_refused_whole(text: str) -> None:
    with pytest.raises(Unsayable):
        speak(text, 1)


@pytest.mark.parametrize("text", ["café, señor!", "It's 42.", "Wow — “really”?"])
def test_accents_numbers_and_dashes_are_said(text: str) -> None:
    assert len(speak(text, 1)) > 0.2 * SAMPLE_RATE


def test_a_voice_beyond_what_was_checked_is_an_error() -> None:
    with pytest.raises(ValueError, match="pitch"):
        speak(LINE, 1, pitch=4.0)


def test_lines_are_read_one_after_the_other() -> None:
    reading = read(["Hello there.", "Good morning."], [PLAIN, Voice(1.4, 1.1)], 1, 4.0)
    assert reading.spoken == (0, 1)
    end_of_first = reading.starts[0] + len(reading.samples[0]) / SAMPLE_RATE
    assert reading.starts[0] >= 0.1
    assert reading.starts[1] >= end_of_first + 0.2
    assert reading.starts[1] + len(reading.samples[1]) / SAMPLE_RATE <= 4.0


def test_a_line_that_is_a_little_too_long_is_spoken_faster() -> None:
    natural = len(speak(LINE, 1)) / SAMPLE_RATE
    reading = read([LINE], [PLAIN], 1, natural * 0.92 + speech.LEAD + speech.TAIL)
    assert reading.spoken == (0,)
    spoken = len(reading.samples[0]) / SAMPLE_RATE
    assert natural / 1.3 < spoken <= natural * 0.92


def test_a_line_that_cannot_fit_is_left_out_whole_and_reported() -> None:
    reading = read(["Hello.", f"{LINE} {LINE}"], [PLAIN, PLAIN], 1, 3.0)
    assert reading.spoken == (0,)
    assert reading.too_long == (1,)
    assert len(reading.samples) == 1
    assert read([LINE], [PLAIN], 1, 0.3).too_long == (0,)


def test_a_line_is_not_hurried_beyond_what_can_be_followed() -> None:
    natural = len(speak(LINE, 1)) / SAMPLE_RATE
    assert read([LINE], [PLAIN], 1, natural * 0.7 + speech.LEAD + speech.TAIL).too_long == (0,)


def test_a_line_in_another_script_does_not_keep_the_others_from_being_said() -> None:
    reading = read(["Привет", "Hello."], [PLAIN, PLAIN], 1, 4.0)
    assert (reading.spoken, reading.unsayable) == ((1,), (0,))
