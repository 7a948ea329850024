"""`ltx-2`: words -> pictures with sound, by diffusers' LTX-2 pipeline.

Text encoder, codecs and vocoder stay in torch; the transformer may be a plan (transformer.py). The model hears its own
dialogue in the words, so nothing is spoken beside it and there are no captions.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from inference import media
from inference.engines.network import Exported
from inference.engines.ports import Engine, EngineUnavailable
from inference.film import Control, Files, Stopwatch, whole_or_nothing, write
from inference.ltx2.config import Config, check, digest_of
from inference.ltx2.shapes import Shape, cut, shape_of, stereo
from inference.ports import Asset, BadInput, Job, Result, Unsupported
from inference.provenance.delivery import Delivery
from inference.world.scene import FPS
from inference.world.sound.loudness import master
from inference.world.sound.mixing import CEILING, LOUDNESS

if TYPE_CHECKING:
    from diffusers import LTX2Pipeline

log = logging.getLogger(__name__)

MODEL: Final = "ltx-2"
NOT_WANTED: Final = "worst quality, inconsistent motion, blurry, jittery, distorted, low quality"
FILES: Final = {  # role -> name, MIME type
    "video": ("video.mp4", "video/mp4"),
    "thumbnail": ("thumbnail.webp", "image/webp"),
    "spritesheet": ("spritesheet.jpg", "image/jpeg"),
}
DENOISED: Final = 0.8  # the share of a clip's time after the last step, about

Words = Callable[[str], Mapping[str, Any]]


def by_text_encoder(prompt: str) -> Mapping[str, Any]:
    return {"prompt": prompt, "negative_prompt": NOT_WANTED}


class Ltx2:
    """`generate` is a `ports.Generate`. `words` gives the pipeline's arguments for a prompt."""

    def __init__(
        self,
        pipeline: LTX2Pipeline,
        config: Config,
        digest: str,
        *,
        words: Words = by_text_encoder,
        engine: Engine | None = None,
    ) -> None:
        self._pipeline, self._config, self._words = pipeline, config, words
        self._digest = digest
        self._transformers = Transformers(pipeline, config, engine) if engine else None
        self.name = f"{engine.name} and torch" if engine else "torch"
        pipeline.set_progress_bar_config(disable=True)

    def generate(
        self,
        job: Job,
        folder: Path,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
        watch: Stopwatch | None = None,
    ) -> Result:
        """See `ports.Generate`. `watch` receives the seconds of each stage."""
        watch = watch or Stopwatch()
        with whole_or_nothing(
            [folder / name for name, _ in FILES.values()], watch, "ask for a smaller or shorter clip"
        ):
            return self._generate(job, folder, progress, cancelled, watch)

    def _generate(
        self,
        job: Job,
        folder: Path,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
        watch: Stopwatch,
    ) -> Result:
        check_job(job)
        control = Control(progress, cancelled)
        control.reach(0.0)
        shape = shape_of(job.width, job.height, round(job.seconds * FPS))
        with watch.stage("mark"):
            delivery = Delivery(job)
        with watch.stage("denoise"):
            pictures, sound, rate = self._film(job, shape, control)
        with watch.stage("sound"):
            audio = stereo(sound, rate, media.SAMPLE_RATE, round(shape.frames * media.SAMPLE_RATE / FPS))
            master(audio, LOUDNESS, CEILING)
        paths = {role: folder / name for role, (name, _) in FILES.items()}
        files = Files(paths["video"], paths["thumbnail"], paths["spritesheet"], folder / "sound.raw")
        rest = Control(lambda share: progress(DENOISED + (1 - DENOISED) * share), cancelled)
        write(cut(pictures, shape), shape.frames, audio, (job.width, job.height), files, rest, watch, (), delivery)
        with watch.stage("sign"):
            delivery.sign(paths["video"], speaks=False)
        control.reach(1.0)
        return Result(
            assets=[_asset(role, path) for role, path in paths.items()],
            understood=[],
            ignored=[],
            engine=self.name,
            model_digest=self._digest,
            seed=job.seed,
            mark_id=delivery.mark_id,
        )

    def _film(self, job: Job, shape: Shape, control: Control) -> tuple[Any, Any, int]:
        """[frames, height, width, 3] of bytes, [channels, samples], the samples' rate."""

        def stepped(pipeline: Any, step: int, time: Any, given: dict[str, Any]) -> dict[str, Any]:
            control.reach(DENOISED * (step + 1) / self._config.options.steps)
            return {}

        arguments = self._arguments(job, shape)
        if self._transformers:
            self._transformers.enter(shape)
        made = self._pipeline(**arguments, callback_on_step_end=stepped)
        pictures = (np.asarray(made.frames[0]) * 255).round().astype(np.uint8)
        sound = made.audio[0].float().cpu().numpy()
        return pictures, sound, int(self._pipeline.vocoder.config.output_sampling_rate)

    def export(self, shape: Shape, folder: Path) -> Exported:
        """The transformer for this size and length, where `Transformers` will look for it."""
        from inference.ltx2.transformer import export_for

        job = Job(
            video_id="export", attempt=1, model=MODEL, verb="create", prompt="a cat", seed=0,
            seconds=shape.frames / FPS, width=shape.width, height=shape.height,
        )  # fmt: skip
        return export_for(self._pipeline, folder / network_name(shape), self._arguments(job, shape))

    def _arguments(self, job: Job, shape: Shape) -> dict[str, Any]:
        """All that the result depends on. The noise is drawn on the CPU, so that it is the same on every device."""
        import torch

        return {
            **self._words(job.prompt),
            **self._config.options.guidance.arguments(),
            "width": shape.made_width,
            "height": shape.made_height,
            "num_frames": shape.made_frames,
            "frame_rate": float(FPS),
            "motion_speed": 1.0,
            "num_inference_steps": self._config.options.steps,
            "noise_scale": 0.0,
            "num_videos_per_prompt": 1,
            "decode_timestep": 0.0,
            "decode_noise_scale": None,
            "enable_prompt_enhancement": False,
            "generator": torch.Generator("cpu").manual_seed(job.seed),
            "output_type": "np",
        }


class Transformers:
    """The transformer of the size and length at hand, on an engine. One is loaded at a time: at full size a second
    would not fit."""

    def __init__(self, pipeline: Any, config: Config, engine: Engine) -> None:
        assert config.networks
        self._pipeline, self._engine, self._folder = pipeline, engine, config.networks
        self._original = pipeline.transformer
        self._loaded: Any = None
        self._name = ""

    def enter(self, shape: Shape) -> None:
        from inference.ltx2.transformer import Planned, fixed_of

        name = network_name(shape)
        if name == self._name:
            return
        network = Exported(self._folder / name)
        if not network.graph.exists():
            raise Unsupported(
                f"there is no exported transformer {name}: export it, or ask for one of "
                f"{', '.join(sorted(path.name for path in self._folder.iterdir()))}"
            )
        if self._loaded:
            self._loaded.close()
        self._loaded = self._engine.load(network, (1, 2))
        self._pipeline.transformer = Planned(self._original, self._loaded, fixed_of(network.folder))
        self._name = name
        log.info("%s on %s", name, self._loaded.made_by.build)


def network_name(shape: Shape) -> str:
    return f"ltx-2-{shape.made_width}x{shape.made_height}x{shape.made_frames}"


def check_job(job: Job) -> None:
    if job.model != MODEL:
        raise Unsupported(f"this engine runs {MODEL}, not {job.model}")
    if job.verb != "create":
        raise Unsupported(f"{MODEL} can create, not {job.verb}")
    if not job.prompt.strip():
        raise BadInput("the prompt is empty: describe what should be seen and heard")
    if job.characters:
        raise Unsupported(f"{MODEL} takes no characters: use sketch-1 or recut-1")
    if job.reference:
        raise Unsupported(f"{MODEL} takes no picture or video as a place: use sketch-1")


def _asset(role: str, path: Path) -> Asset:
    return Asset(
        role=role, path=str(path), mime=FILES[role][1], sha256=media.sha256_file(path), bytes=path.stat().st_size
    )


def open_ltx2(config: Config, words: Words = by_text_encoder, **parts: Any) -> Ltx2:
    """Loads it, or says what is missing. `parts` take the place of those that the folder has, or has not."""
    check(config)
    pipeline = _load(config, parts)
    engine = None if config.options.engine == "torch" else _engine(config)
    return Ltx2(pipeline, config, digest_of(config.weights, config.digests), words=words, engine=engine)


def _load(config: Config, parts: Mapping[str, Any]) -> Any:
    try:
        import torch
        from diffusers import LTX2Pipeline
    except ImportError as error:
        raise EngineUnavailable(f"ltx-2 needs diffusers ({error}): pip install 'recut[ltx2]'") from error
    if config.options.device.startswith("cuda") and not torch.cuda.is_available():
        raise EngineUnavailable(f"ltx-2 is set to {config.options.device}, but torch sees no GPU: look at nvidia-smi")
    pipeline = LTX2Pipeline.from_pretrained(
        config.weights, dtype=getattr(torch, config.options.dtype), local_files_only=True, **parts
    )
    return pipeline.to(config.options.device)


def _engine(config: Config) -> Engine:
    from inference.engines.choose import open_engine

    assert config.plans
    return open_engine(config.options.engine, modules=dict, plans=config.plans, plan_key=config.plan_key)
