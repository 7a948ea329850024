"""`recut train`: the model `recut-1` from nothing, stage by stage, each resumable."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from recut.errors import OperatorError

if TYPE_CHECKING:
    from recut.settings import Settings

STAGES = ("codecs", "background", "refiner", "latents", "flow", "export", "look", "measure")


def configure(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("train", help="train the model recut-1 on rendered clips of its own world")
    command.add_argument("--folder", type=Path, required=True, help="where everything of this training lies")
    command.add_argument("--stage", choices=STAGES, default="flow", help="in this order; flow by default")
    command.add_argument("--resume", action="store_true", help="go on from the folder's last checkpoint (flow)")
    command.add_argument("--samples", type=int, default=150_000, help="length of the whole schedule (flow)")
    command.add_argument("--until", type=int, help="stop here and leave the rest for a resume (flow)")
    command.add_argument("--chunks", type=int, default=40, help="fifties of clips to fit to (codecs)")
    command.add_argument("--shards", type=int, default=40, help="of 256 clips each (latents)")
    command.add_argument("--steps", type=int, default=1500, help="of background and refiner")
    command.add_argument("--clips", type=int, default=12, help="held-out clips to make (look, measure)")
    command.add_argument("--seed", type=int, default=3, help="of the held-out clips (look, measure)")
    command.add_argument("--threads", type=int, default=2)
    command.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    command.add_argument("--compile", action="store_true", help="let torch compile the flow first")
    command.add_argument(
        "--half", action="store_true", help="multiply in bfloat16: for GPUs, and CPUs with AVX512_BF16"
    )
    command.add_argument("--commit", help="of the source tree, where git cannot say it")
    command.add_argument("--out", type=Path, help="file to write (export, look)")
    command.set_defaults(run=train)


def train(settings: Settings, args: argparse.Namespace) -> None:
    try:
        import torch

        from inference.train import stages
        from inference.train.trainer import Schedule
    except ImportError as missing:
        raise OperatorError(
            f"training needs the extra `train` ({missing.name} is missing): pip install 'recut[train]'"
        ) from missing
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)  # zero-initialised branches under Adam make denormals, which are ten times slower
    args.folder.mkdir(parents=True, exist_ok=True)
    if args.stage == "codecs":
        stages.fit_codecs(args.folder, args.chunks)
    elif args.stage == "background":
        stages.train_background(args.folder, args.steps)
    elif args.stage == "refiner":
        stages.train_refiner(args.folder, args.steps)
    elif args.stage == "latents":
        stages.build_latents(args.folder, range(args.shards))
    elif args.stage == "export":
        from inference.train.export import export

        export(args.folder, args.out or args.folder / "recut-1.safetensors", args.commit or commit())
    elif args.stage in {"look", "measure"}:
        _look(args)
    else:
        schedule = Schedule(samples=args.samples)
        about = {"commit": args.commit or commit(), "data_seed": str(stages.DATA_SEED)}
        stages.train_flow(
            args.folder, schedule, resume=args.resume, until=args.until, about=about, device=args.device,
            compiled=args.compile, half=args.half,
        )  # fmt: skip


def _look(args: argparse.Namespace) -> None:
    from inference.recut1 import gates, showing
    from inference.train import look

    studio = look.studio_of(args.folder, args.commit or commit(), args.threads)
    if args.stage == "look":
        out = args.out or args.folder / f"sheet-{studio.metadata['samples']}.png"
        showing.sheet(studio, out, args.clips, args.seed)
        print(out)
    else:
        print(f"recut-1 after {studio.metadata['samples']} samples, {args.clips} held-out clips, seed {args.seed}")
        print(gates.table(gates.run(args.clips, args.seed, studio)))


def commit() -> str:
    """Of this source tree; "unknown" outside of a repository."""
    here = Path(__file__).parent
    asked = subprocess.run(["git", "-C", here, "rev-parse", "HEAD"], capture_output=True, text=True)  # noqa: S603, S607
    return asked.stdout.strip() or "unknown"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    configure(parser.add_subparsers(required=True))
    chosen = parser.parse_args(["train", *sys.argv[1:]])
    train(None, chosen)  # type: ignore[arg-type]
