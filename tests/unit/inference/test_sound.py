from __future__ import annotations

from itertools import combinations, pairwise, product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from inference.world.scene import SAMPLE_RATE, Background, Layers, SoundEvent, Utterance
from inference.world.sound import EFFECTS, ambience, loudness, mix, music, stems
from inference.world.sound.effects import render
from inference.world.words.places import MOODS, PLACES, TEMPO, TIMES, WEATHERS
from inference.world.words.sounds import AMBIENCES
from inference.world.words.sounds import EFFECTS as NAMES

Wave = NDArray[np.float32]


def layers(
    *sounds: SoundEvent,
    place: str = "meadow",
    weather: str = "clear",
    time: str = "day",
    mood: str = "gentle",
    seconds: float = 4.0,
    seed: int = 3,
    speech: tuple[Utterance, ...] = (),
) -> Layers:
    camera = np.tile(np.array([0, 0.5, 1], np.float32), (round(seconds * 30), 1))
    return Layers(
        seconds, 30, 9 / 16, Background(place, weather, time, seed), (), camera, sounds, speech, mood, TEMPO[mood]
    )


def utterance(at: float = 1.0, seconds: float = 1.0) -> Utterance:
    """A hum with the rhythm of syllables."""
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    hum = np.sin(2 * np.pi * 180 * t) + 0.5 * np.sin(2 * np.pi * 1400 * t)
    samples = 0.14 * hum * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * t))
    return Utterance(at, "", "hm", samples.astype(np.float32), 1.0, 1.0, np.zeros((80, 2), np.float32))


def rms(x: Wave) -> float:
    return float(np.sqrt(np.mean(np.square(x))))


def fingerprint(wave: Wave) -> NDArray[np.float64]:
    """Energy in dB over 20 bands and 10 moments of two seconds."""
    padded = np.zeros(2 * SAMPLE_RATE, np.float32)
    padded[: min(len(wave), len(padded))] = wave[: len(padded)]
    edges, hz = np.geomspace(60, 14_000, 21), np.fft.rfftfreq(9600, 1 / SAMPLE_RATE)
    spectra = np.square(np.abs(np.fft.rfft(padded.reshape(-1, 9600), axis=1)))
    bands = np.stack([spectra[:, (hz >= a) & (hz < b)].sum(axis=1) for a, b in pairwise(edges)], 1)
    return 10 * np.log10(bands / bands.sum() + 1e-5).ravel()


# effects -------------------------------------------------------------------------------------------------------------
def test_every_name_of_the_vocabulary_is_synthesised_and_nothing_else() -> None:
    assert set(EFFECTS) == set(NAMES)
    assert set(ambience.AMBIENCES) == set(AMBIENCES)


@pytest.mark.parametrize("kind", NAMES)
def test_an_effect_is_audible_short_and_without_clicks_at_its_ends(kind: str) -> None:
    wave = render(kind, 1)
    assert wave.dtype == np.float32
    assert np.isfinite(wave).all()
    assert rms(wave) > 0.02
    assert 0.02 < len(wave) / SAMPLE_RATE < 4
    assert abs(wave[0]) < 0.01
    assert abs(wave[-1]) < 0.01


def test_each_effect_is_nearer_to_its_own_kind_of_another_seed_than_to_any_other_kind() -> None:
    known = {kind: fingerprint(render(kind, 1)) for kind in NAMES}
    for kind in NAMES:
        heard = fingerprint(render(kind, 2))
        assert min(NAMES, key=lambda other: float(np.mean(np.square(known[other] - heard)))) == kind


REGISTERS = {  # where the strongest partial of a sound lies, Hz
    "moo": (90, 420), "roar": (60, 1100), "growl": (40, 700), "engine": (40, 200), "thunder": (20, 200),
    "meow": (380, 1300), "bark": (180, 1400), "hoot": (300, 450), "howl": (240, 600), "horn": (380, 1600),
    "bell": (600, 700), "thud": (30, 120), "chirp": (2500, 5500), "squeak": (2000, 4000), "screech": (1900, 3600),
    "dolphin": (3000, 9500),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "low", "high"), [(kind, *span) for kind, span in REGISTERS.items()])
def test_a_sound_lies_in_the_register_of_what_makes_it(kind: str, low: float, high: float) -> None:
    wave = render(kind, 1)
    strongest = np.fft.rfftfreq(len(wave), 1 / SAMPLE_RATE)[int(np.argmax(np.abs(np.fft.rfft(wave))))]
    assert low <= strongest <= high


@pytest.mark.parametrize("kind", ["meow", "bell", "step", "engine"])
def test_a_higher_pitch_moves_the_spectrum_up_and_shortens_the_sound(kind: str) -> None:
    def centre(wave: Wave) -> float:
        power = np.square(np.abs(np.fft.rfft(wave)))
        return float((power * np.fft.rfftfreq(len(wave), 1 / SAMPLE_RATE)).sum() / power.sum())

    small, large = render(kind, 1, pitch=1.5), render(kind, 1, pitch=0.75)
    assert centre(small) == pytest.approx(2 * centre(large), rel=0.35)
    assert len(small) == pytest.approx(len(large) / 2, rel=0.02)


def test_steps_sound_like_the_ground_they_are_on() -> None:
    grounds = {
        ground: fingerprint(render("step", 1, ground=ground)) for ground in ("grass", "hard", "sand", "snow", "water")
    }
    for (one, first), (other, second) in combinations(grounds.items(), 2):
        assert np.sqrt(np.mean(np.square(first - second))) > 1, (one, other)


def test_takes_of_one_effect_differ_and_a_take_repeats_exactly() -> None:
    assert np.array_equal(render("step", 1, 2), render("step", 1, 2))
    assert not np.array_equal(render("step", 1, 1), render("step", 1, 2))
    assert not np.array_equal(render("step", 1, 2), render("step", 9, 2))


# ambience ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", AMBIENCES)
def test_an_ambience_fills_the_clip_in_stereo(name: str) -> None:
    bed = ambience.render(name, 1, 3.0)
    assert bed.shape == (3 * SAMPLE_RATE, 2)
    assert rms(bed) > 0.003
    assert not np.array_equal(bed[:, 0], bed[:, 1]) or name == "room"
    # Never one event and then nothing: some of it is in each half.
    assert all(rms(half) > 0.1 * rms(bed) for half in np.array_split(bed, 2))


def test_every_place_weather_and_time_has_a_bed() -> None:
    for place, weather, time in product(PLACES, WEATHERS, TIMES):
        assert rms(ambience.ambience(Background(place, weather, time, 1), 0.1)) > 1e-4, (place, weather, time)


def test_rain_is_heard_outdoors() -> None:
    dry, wet = (mix(layers(weather=weather)) for weather in ("clear", "rain"))

    def hiss(x: Wave) -> float:
        return rms(sosfilt(butter(2, 7000, "highpass", fs=SAMPLE_RATE, output="sos"), x, axis=0)) / rms(x)

    assert hiss(wet) > 2 * hiss(dry)


# music ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize("seconds", [0.5, 4.0, 12.0])
def test_a_piece_has_the_length_of_the_clip_and_dies_away(mood: str, seconds: float) -> None:
    piece = music.compose(mood, TEMPO[mood], seconds, 1)
    assert piece.shape == (round(seconds * SAMPLE_RATE), 2)
    assert rms(piece) > 0.03
    assert np.abs(piece[-200:]).max() < 0.01
    if seconds >= 4:
        middle, last = piece[len(piece) // 3 : len(piece) // 2], piece[-round(0.2 * SAMPLE_RATE) :]
        assert rms(last) < 0.3 * rms(middle)


def test_a_piece_ends_on_the_tonic_with_time_to_ring() -> None:
    for mood, tempo in TEMPO.items():
        for seed in range(8):
            score = music.Score(music.STYLES[mood], np.random.default_rng(seed), tempo, 8.0)
            chords = music.harmony(score)
            assert chords[-1].degree == 0
            assert chords[-2].degree != 0
            assert chords[-1].beats * score.beat >= music.LAST
            assert all(a.start + a.beats == pytest.approx(b.start) for a, b in pairwise(chords))


def test_seeds_and_moods_give_other_pieces() -> None:
    first = music.compose("happy", 120, 4.0, 1)
    assert np.array_equal(first, music.compose("happy", 120, 4.0, 1))
    assert not np.array_equal(first, music.compose("happy", 120, 4.0, 2))
    assert not np.allclose(first, music.compose("sad", 120, 4.0, 1))


# loudness ------------------------------------------------------------------------------------------------------------
def sine(hz: float, level: float, seconds: float = 4.0) -> Wave:
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave = 10 ** (level / 20) * np.sin(2 * np.pi * hz * t)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def test_the_meter_reads_the_reference_tone() -> None:
    """EBU Tech 3341, case 1: a 1 kHz sine at -23 dBFS in both channels is -23 LUFS."""
    assert loudness.integrated(sine(1000, -23)) == pytest.approx(-23, abs=0.1)


def test_the_meter_ignores_quiet_stretches() -> None:
    loud, quiet = sine(1000, -20), sine(1000, -60)
    assert loudness.integrated(np.concatenate([loud, quiet])) == pytest.approx(loudness.integrated(loud), abs=0.3)
    assert loudness.integrated(np.zeros((SAMPLE_RATE, 2), np.float32)) == float("-inf")


def test_the_true_peak_lies_between_the_samples() -> None:
    """A sine at a quarter of the rate, sampled at 45 degrees: the samples stay 3 dB under its peak."""
    t = np.arange(SAMPLE_RATE)
    wave = np.sin(np.pi / 2 * t + np.pi / 4).astype(np.float32)
    x = np.stack([wave, wave], axis=1)
    assert 20 * np.log10(np.abs(x).max()) == pytest.approx(-3.01, abs=0.05)
    assert loudness.true_peak(x) == pytest.approx(0, abs=0.4)


def test_the_limiter_keeps_the_peak_and_leaves_what_is_under_it() -> None:
    x = sine(200, -6)
    assert np.array_equal(loudness.limiter(x, -1.0), np.ones(len(x), np.float32))
    x[SAMPLE_RATE : SAMPLE_RATE + 300] *= 8
    limited = x * loudness.limiter(x, -1.0)[:, None]
    assert loudness.true_peak(limited) <= -0.99
    assert np.array_equal(limited[: SAMPLE_RATE // 2], x[: SAMPLE_RATE // 2])


# mix -----------------------------------------------------------------------------------------------------------------
SCENES = {
    "steps": layers(*[SoundEvent(0.25 * i, "step", 0.6) for i in range(16)]),
    "silent room": layers(place="room", mood="sad"),
    "storm": layers(SoundEvent(1.0, "roar"), weather="storm", mood="epic"),
    "many": layers(*[SoundEvent(0.1 * i, kind) for i, kind in enumerate(NAMES[:36])], mood="happy"),
    "speech": layers(speech=(utterance(),), mood="tense"),
    "short": layers(SoundEvent(0.1, "bark"), seconds=1.0),
    "underwater": layers(SoundEvent(0.5, "bubble"), place="underwater"),
}


@pytest.mark.parametrize("name", SCENES)
def test_a_mix_has_the_clips_length_the_agreed_loudness_and_headroom(name: str) -> None:
    scene = SCENES[name]
    sound = mix(scene)
    assert sound.dtype == np.float32
    assert sound.shape == (round(scene.seconds * SAMPLE_RATE), 2)
    assert -18 <= loudness.integrated(sound) <= -14
    assert loudness.true_peak(sound) <= -1


def test_a_mix_is_the_same_every_time_and_another_one_for_another_seed() -> None:
    assert np.array_equal(mix(SCENES["steps"]), mix(SCENES["steps"]))
    assert not np.array_equal(mix(layers()), mix(layers(seed=4)))


def test_a_mix_begins_and_ends_in_silence() -> None:
    for scene in SCENES.values():
        sound = mix(scene)
        assert np.abs(sound[[0, -1]]).max() < 1e-3
        assert np.abs(np.diff(sound[-400:], axis=0)).max() < 0.05


def test_an_event_is_heard_at_its_time_and_on_its_side() -> None:
    left, right = (mix(layers(SoundEvent(2.0, "bark", 1.0, pan), place="room")) for pan in (-0.9, 0.9))
    before, during = slice(0, 2 * SAMPLE_RATE), slice(2 * SAMPLE_RATE, round(2.4 * SAMPLE_RATE))
    assert rms(left[during, 0]) > 1.5 * rms(right[during, 0])
    assert rms(right[during, 1]) > 1.5 * rms(left[during, 1])
    matched = right * (rms(left[before]) / rms(right[before]))
    first = int(np.argmax(np.abs(left - matched).max(axis=1) > 0.05)) / SAMPLE_RATE
    assert first == pytest.approx(2.0, abs=0.05)


def test_events_outside_the_clip_or_across_its_ends_are_cut_off() -> None:
    edges = layers(SoundEvent(-0.3, "moo"), SoundEvent(3.9, "thunder"), SoundEvent(9.0, "bell"))
    assert mix(edges).shape == (4 * SAMPLE_RATE, 2)


def test_a_line_is_in_the_speech_stem_where_it_is_said_and_the_rest_gives_way() -> None:
    said, unsaid = stems(layers(speech=(utterance(1.5, 1.0),))), stems(layers())
    spoken, before = slice(round(1.5 * SAMPLE_RATE), round(2.5 * SAMPLE_RATE)), slice(0, SAMPLE_RATE)
    assert rms(said.speech[spoken]) > 0.05
    assert rms(said.speech[before]) < 1e-6
    assert rms(said.speech[spoken]) > 2 * rms(said.rest[spoken])

    def dip(tracks: Wave) -> float:
        return rms(tracks[spoken]) / rms(tracks[before])

    assert dip(said.rest) < 0.7 * dip(unsaid.rest)


def test_the_stems_add_up_to_the_mix() -> None:
    tracks = stems(SCENES["speech"])
    assert np.allclose(tracks.speech + tracks.rest, mix(SCENES["speech"]), atol=1e-6)


def test_what_is_long_is_levelled_in_pieces_as_if_it_were_whole() -> None:
    wave = np.random.default_rng(3).standard_normal((12 * SAMPLE_RATE + 123, 2)).astype(np.float32) * np.float32(0.02)
    wave[:: SAMPLE_RATE // 2] = 0.95
    wave[loudness.PIECE - 3 : loudness.PIECE + 5] = -0.99  # over the border of two pieces
    whole = wave * loudness.leveller(wave, -16, -1.5)[:, None]
    loudness.master(wave, -16, -1.5)
    assert np.abs(wave - whole).max() < 1e-4
    assert loudness.true_peak(wave) <= -1.49
    assert loudness.integrated(wave) == pytest.approx(-16, abs=0.1)
