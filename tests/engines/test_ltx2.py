"""`ltx-2` from words to a file, with the tiny pipeline: random weights, no text encoder, all else as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
import pytest

from inference.engines.onnxruntime import OnnxRuntime
from inference.engines.ports import EngineUnavailable
from inference.ltx2.__main__ import main as export_one
from inference.ltx2.config import ACCEPTED, PLAIN, Config, Guidance, Options
from inference.ltx2.pipeline import Ltx2, open_ltx2
from inference.ltx2.shapes import shape_of
from inference.ltx2.tiny import tiny_pipeline, tiny_transformer, tiny_words
from inference.ltx2.transformer import Call
from inference.ports import BadInput, Cancelled, EngineCrash, Job, OutOfMemory, Unsupported

JOB = Job(
    video_id="video_tiny", attempt=1, model="ltx-2", verb="create", prompt="a cat", seed=7, seconds=8 / 30,
    width=40, height=24,
)  # fmt: skip


ABSENT = {"text_encoder": None, "tokenizer": None}  # of what the tiny pipeline is made


def config(weights: Path, **given: Any) -> Config:
    options = {"device": "cpu", "dtype": "float32", "steps": 2, "guidance": PLAIN}
    options |= {name: given.pop(name) for name in ("engine", "guidance") if name in given}
    return Config(weights=weights, options=Options(**options), **{"licence": ACCEPTED, **given})


@pytest.fixture(scope="module")
def ltx2() -> Ltx2:
    return Ltx2(tiny_pipeline(), config(Path("none")), "d" * 64, words=tiny_words)


def make(model: Ltx2, folder: Path, job: Job = JOB) -> Path:
    folder.mkdir(exist_ok=True)
    model.generate(job, folder, lambda share: None, lambda: False)
    return folder / "video.mp4"


def pictures(path: Path) -> np.ndarray[Any, Any]:
    with av.open(str(path)) as file:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)])


def test_words_become_a_file_of_the_size_and_length_that_was_asked_for(ltx2: Ltx2, tmp_path: Path) -> None:
    told: list[float] = []
    result = ltx2.generate(JOB, tmp_path, told.append, lambda: False)
    assert {asset.role for asset in result.assets} == {"video", "thumbnail", "spritesheet"}
    with av.open(str(tmp_path / "video.mp4")) as file:
        video, sound = file.streams.video[0], file.streams.audio[0]
        assert (video.width, video.height, video.average_rate) == (40, 24, 30)
        assert sum(1 for _ in file.decode(video=0)) == 8
        assert (sound.rate, sound.layout.name) == (48000, "stereo")
    with av.open(str(tmp_path / "video.mp4")) as file:
        samples = sum(frame.samples for frame in file.decode(audio=0))
    assert abs(samples - 12800) <= 1024
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert 0.4 in told, "half of the steps"
    assert (result.seed, result.engine, result.model_digest) == (7, "torch", "d" * 64)


def test_the_same_seed_is_the_same_film_and_another_is_not(ltx2: Ltx2, tmp_path: Path) -> None:
    first, again = make(ltx2, tmp_path / "a"), make(ltx2, tmp_path / "b")
    other = make(ltx2, tmp_path / "c", msgspec.structs.replace(JOB, seed=8))
    words = make(ltx2, tmp_path / "d", msgspec.structs.replace(JOB, prompt="a dog"))
    assert first.read_bytes() == again.read_bytes()
    assert first.read_bytes() != other.read_bytes()
    assert first.read_bytes() != words.read_bytes()


def test_a_film_that_is_cancelled_leaves_nothing(ltx2: Ltx2, tmp_path: Path) -> None:
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        ltx2.generate(JOB, tmp_path, lambda share: None, lambda: next(asked))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"verb": "remix"}, Unsupported),
        ({"model": "sketch-1"}, Unsupported),
        ({"prompt": " "}, BadInput),
    ],
)
def test_what_it_cannot_do(ltx2: Ltx2, tmp_path: Path, change: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        ltx2.generate(msgspec.structs.replace(JOB, **change), tmp_path, lambda share: None, lambda: False)


def test_errors_name_the_stage_and_never_the_prompt(tmp_path: Path) -> None:
    model = Ltx2(tiny_pipeline(), config(Path("none")), "d", words=lambda prompt: {"prompt_embeds": prompt})
    with pytest.raises(EngineCrash, match="in stage denoise") as caught:
        model.generate(JOB, tmp_path, lambda share: None, lambda: False)
    assert "a cat" not in str(caught.value)


def test_no_memory_may_be_tried_again(tmp_path: Path) -> None:
    import torch

    def full(prompt: str) -> dict[str, Any]:
        raise torch.OutOfMemoryError("CUDA out of memory")

    model = Ltx2(tiny_pipeline(), config(Path("none")), "d", words=full)
    with pytest.raises(OutOfMemory, match="smaller or shorter"):
        model.generate(JOB, tmp_path, lambda share: None, lambda: False)


def test_every_guidance_that_the_pipeline_knows_is_said(ltx2: Ltx2) -> None:
    import inspect

    from diffusers import LTX2Pipeline

    known = inspect.signature(LTX2Pipeline.__call__).parameters
    said = ltx2._arguments(JOB, shape_of(40, 24, 8))
    wanted = {name for name in known if "guidance" in name or "stg" in name or "modality" in name or "scale" in name}
    assert wanted | {"use_cross_timestep", "frame_rate", "num_frames", "generator"} <= said.keys()
    assert said.keys() <= known.keys()
    assert Guidance(stg=0, audio_stg=0).arguments()["spatio_temporal_guidance_blocks"] is None


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The transformer for the size and length of `JOB`, exported as an operator does it."""
    home = tmp_path_factory.mktemp("home")
    asked = ["--weights", "none", "--licence", ACCEPTED, "--home", str(home), "--size", "40x24", "--seconds", "0.2667"]

    def opened(said: Config) -> Ltx2:
        assert said.options.engine == "torch"
        return Ltx2(tiny_pipeline(), config(Path("none")), "d", words=tiny_words)

    export_one(asked, opened)
    return home / "ltx-2" / "networks"


def test_the_transformer_on_another_engine_makes_the_same_film(ltx2: Ltx2, networks: Path, tmp_path: Path) -> None:
    """The hybrid: text, codecs and vocoder in torch, the transformer an exported network with weights beside it."""
    wanted = make(ltx2, tmp_path / "torch")
    assert (networks / "ltx-2-64x32x9" / "model.onnx.data").exists()
    settings = config(Path("none"), engine="onnxruntime", networks=networks)
    hybrid = Ltx2(tiny_pipeline(), settings, "d", words=tiny_words, engine=OnnxRuntime())
    made = make(hybrid, tmp_path / "hybrid")
    assert hybrid.name == "onnxruntime and torch"
    error = pictures(made).astype(float) - pictures(wanted)
    assert 10 * np.log10(255**2 / max((error**2).mean(), 1e-9)) >= 40
    with pytest.raises(Unsupported, match="there is no exported transformer ltx-2-64x64x9"):
        make(hybrid, tmp_path / "hybrid", msgspec.structs.replace(JOB, height=40))


def test_an_exported_transformer_cannot_be_perturbed(networks: Path, tmp_path: Path) -> None:
    guided = config(Path("none"), networks=networks, guidance=Guidance(stg_blocks=(1,)))
    hybrid = Ltx2(tiny_pipeline(), guided, "d", words=tiny_words, engine=OnnxRuntime())
    with pytest.raises(Unsupported, match="set spatio-temporal and modality guidance off"):
        make(hybrid, tmp_path / "film")


def test_a_squeeze_that_does_nothing_is_left_out_of_the_graph() -> None:
    import torch

    from inference.ltx2.transformer import exportable

    with exportable():
        assert torch.zeros(2, 3, 4).squeeze(2).shape == (2, 3, 4)
        assert torch.zeros(2, 3, 1).squeeze(2).shape == (2, 3)
    assert isinstance(Call(tiny_transformer(), {}), torch.nn.Module)


def test_a_folder_of_weights_opens(tmp_path: Path) -> None:
    tiny_pipeline().save_pretrained(tmp_path / "weights")
    model = open_ltx2(config(tmp_path / "weights", digests=tmp_path / "digests.json"), tiny_words, **ABSENT)
    film = make(model, tmp_path / "film")
    assert pictures(film).shape == (8, 24, 40, 3)
    again = open_ltx2(config(tmp_path / "weights", digests=tmp_path / "digests.json"), tiny_words, **ABSENT)
    assert again._digest == model._digest


def test_it_does_not_start_without_the_licences(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="RECUT_LTX2_LICENCE"):
        open_ltx2(config(tmp_path, licence="yes"))
