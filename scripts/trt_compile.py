"""Builds the plan of every network, all profiles, with the Python API of TensorRT on a machine without a GPU, and says
how many layers, seconds and bytes each has. What it proves and what not: docs/adr/0023-engines.md.

    python scripts/trt_compile.py [NAME ...]

Without the wheels it says why it does nothing and ends with 0; with `--must` that is an error.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import rtx_libraries

sys.path.insert(0, str(Path(__file__).parent.parent))

# With the words and without them: ltx-2 makes one clip at a time.
GUIDED = (1, 2)

if TYPE_CHECKING:
    from inference.engines.export import Source


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="only these networks")
    parser.add_argument("--must", action="store_true", help="fail where it cannot be done")
    args = parser.parse_args()
    if reason := rtx_libraries.missing():
        print(f"{'*' * 78}\nSKIPPED, nothing was checked: {reason}\n{'*' * 78}")
        return 1 if args.must else 0
    rtx_libraries.ready()
    return compile_all(args.names)


def compile_all(names: list[str]) -> int:
    import tensorrt_bindings as trt

    from inference.engines.plans import PlanOptions

    options = PlanOptions()
    print(f"TensorRT bindings {trt.__version__} over TensorRT for RTX; profiles {options.buckets}", flush=True)
    print(f"{'network':24} {'inputs':>6} {'layers':>7} {'export s':>9} {'build s':>8} {'onnx MB':>8} {'plan MB':>8}")
    bad = 0
    with TemporaryDirectory(prefix="trt-compile-") as folder:
        for source in sources():
            if not names or source.name in names:
                bad += not _compiles(trt, source, Path(folder) / source.name, options)
    print("every network compiles" if not bad else f"{bad} networks do not compile")
    return 1 if bad else 0


def sources() -> Iterator[Source]:
    from inference.ltx2.tiny import tiny_network
    from inference.model import networks

    yield from networks()
    yield tiny_network()


def _compiles(trt: Any, source: Source, folder: Path, options: Any) -> bool:
    from inference.engines.export import export
    from inference.engines.plans import PlanOptions, build
    from inference.engines.ports import EngineUnavailable

    began = time.monotonic()
    network = export(source, folder, external=source.name.startswith("ltx-2") or None)
    exported = time.monotonic() - began
    if network.name.startswith("ltx-2"):
        options = PlanOptions(buckets=GUIDED)
    try:
        plan = build(trt, network, options)
    except EngineUnavailable as error:
        print(f"{source.name:24} FAILS: {error}")
        return False
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    inputs = len(network.manifest.inputs)
    print(
        f"{source.name:24} {inputs:6} {plan.layers:7} {exported:9.1f} {plan.seconds:8.1f} {size:8.2f} "
        f"{len(plan.data) / 1e6:8.2f}",
        flush=True,
    )
    return True


if __name__ == "__main__":
    sys.exit(main())
