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


@pytest.mark.parametrize(
    "text",
    [
        "Guten Morgen!", "Wo bist du, mein Freund?", "Bonjour, comment ça va?", "¿Dónde está mi gato?", "Ciao!",
        "Non lo so, dove sei?", "Onde está o meu cão?", "Ik ben niet blij.",
    ],
)  # fmt: skip
def test_lines_in_other_languages_are_not_said_as_if_they_were_english(text: str) -> None:
    assert not speech.sayable(text)
    [shown] = read([text], [PLAIN], 1, 4.0).silent
    assert shown.reason == "language"


@pytest.mark.parametrize(
    "text",
    ["Hurry up!", "Pizza and pasta, amigo!", "La la la!", "Ja, I know.", "Robot Bodo, es 42.", "Yes.", "Balloons!"],
)
def test_english_with_a_word_from_elsewhere_is_said(text: str) -> None:
    assert speech.sayable(text)


def test_a_voice_beyond_what_was_checked_is_an_error() -> None:
    with pytest.raises(ValueError, match="pitch"):
        speak(LINE, 1, pitch=4.0)


def natural(text: str = LINE) -> float:
    return len(speak(text, 1)) / SAMPLE_RATE


def test_lines_are_read_one_after_the_other() -> None:
    one, two = read(["Hello there.", "Good morning."], [PLAIN, Voice(1.4, 1.1)], 1, 4.0).spoken
    assert (one.line, two.line) == (0, 1)
    assert one.at >= 0.1
    assert two.at >= one.at + one.take.seconds + 0.2
    assert two.at + two.take.seconds <= 4.0


def test_a_line_that_is_a_little_too_long_is_spoken_faster() -> None:
    [said] = read([LINE], [PLAIN], 1, natural() * 0.92 + speech.LEAD + speech.TAIL).spoken
    assert natural() / 1.3 < said.take.seconds <= natural() * 0.92


def test_a_line_that_cannot_fit_is_left_out_whole_and_shown() -> None:
    long = LINE.replace(" lazy", " lazy and very sleepy and rather tired old")
    reading = read(["Hello.", long], [PLAIN, PLAIN], 1, 3.0)
    assert [said.line for said in reading.spoken] == [0]
    [shown] = reading.silent
    assert (shown.line, shown.text, shown.reason) == (1, long, "long")
    assert reading.spoken[0].at + reading.spoken[0].take.seconds <= shown.at < shown.end <= 3.0
    assert [shown.line for shown in read([LINE], [PLAIN], 1, 0.3).silent] == [0]


def test_of_a_long_line_the_sentences_that_fit_are_said() -> None:
    reading = read([f"Hello there. Good morning. {LINE} {LINE}"], [PLAIN], 1, 3.0)
    assert [said.text for said in reading.spoken] == ["Hello there. Good morning."]
    assert [shown.text for shown in reading.silent] == [LINE, LINE]


def test_a_line_is_not_hurried_beyond_what_can_be_followed() -> None:
    reading = read([LINE], [PLAIN], 1, natural() * 0.7 + speech.LEAD + speech.TAIL)
    assert reading.spoken == ()
    assert [shown.reason for shown in reading.silent] == ["long"]


def test_a_line_too_long_for_its_shot_is_hurried_then_flows_on_into_the_next() -> None:
    room = natural() + speech.LEAD + speech.TAIL
    lines, cast = [LINE, "Hello."], [PLAIN, PLAIN]

    def starts(first: float) -> tuple[float, float, float]:
        one, two = read(lines, cast, 1, 8.0, [(0.0, first), (first, 8.0)]).spoken
        return one.take.seconds, one.at + one.take.seconds, two.at

    lasts, end, after = starts(room * 0.94)  # a little faster
    assert lasts < natural() * 0.95
    assert end <= room * 0.94 < after
    lasts, end, after = starts(room * 0.5)  # not even at the fastest
    assert lasts == pytest.approx(natural())
    assert room * 0.5 < end < after


def test_a_line_in_another_script_does_not_keep_the_others_from_being_said() -> None:
    reading = read(["Привет", "Hello."], [PLAIN, PLAIN], 1, 4.0)
    [said], [shown] = reading.spoken, reading.silent
    assert (said.line, shown.line, shown.reason) == (1, 0, "language")
    assert shown.at < shown.end <= said.at


def test_what_is_only_read_stands_in_the_order_of_the_lines() -> None:
    texts = ["Hello there.", "Guten Morgen.", "Wo bist du, mein lieber Freund?"]
    for seconds in (8.0, 4.0, 3.0):
        shown = read(texts, [PLAIN] * 3, 1, seconds).silent
        assert [line.line for line in sorted(shown, key=lambda line: line.at)] == [1, 2]


def test_lips_follow_the_sound_and_its_colour() -> None:
    take = speech.say(LINE, 1, PLAIN)
    hop = SAMPLE_RATE // speech.MOUTH_RATE
    loud = np.sqrt(np.square(take.samples[: len(take.samples) // hop * hop]).reshape(-1, hop).mean(axis=1))
    opened, wide = take.mouth[: len(loud)].T
    assert np.corrcoef(opened, loud)[0, 1] > 0.8
    assert -1 <= wide.min() < -0.3 < 0.3 < wide.max() <= 1
    ee, oo = (speech.say(text, 1, PLAIN).samples for text in ("eat meat, she sees me", "boot moon, who knew you"))
    both = np.concatenate([ee, oo])
    spread = speech.mouth_of(both)
    middle = len(ee) * speech.MOUTH_RATE // SAMPLE_RATE
    voiced = spread[:, 0] > 0.5
    first, second = spread[:middle][voiced[:middle]], spread[middle:][voiced[middle:]]
    assert first[:, 1].mean() > second[:, 1].mean() + 0.3
