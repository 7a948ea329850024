"""The real TensorRT Python API on a machine without a GPU: the bindings of TensorRT 11 over the libraries of TensorRT
for RTX, which build plans without a device (docs/adr/0023-engines.md says what that proves and what not).

The loader looks for libnvinfer.so.11 before Python can say anything, so `ready` starts the program again with the
folder of links on its path. A plan that is built here is looked at and thrown away: it runs on no machine of ours.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

PACKAGE: Final = "onnxruntime_ep_nv_tensorrt_rtx"
LINKS: Final = {
    "libnvinfer.so.11": "libtensorrt_rtx.so.1.7.1",
    "libnvonnxparser.so.11": "libtensorrt_onnxparser_rtx.so.1.7.1",
}
PLUGINS: Final = "libnvinfer_plugin.so.11"
INSTALL: Final = "pip install tensorrt-cu13-bindings==11.4.0.106 onnxruntime-ep-nv-tensorrt-rtx-cu13==0.5.0"
STARTED: Final = "TENSORRT_ON_RTX"


def missing() -> str | None:
    """Why it cannot be done here, with what to do about it."""
    if not importlib.util.find_spec("tensorrt_bindings"):
        return f"the wheel tensorrt-cu13-bindings is not installed: {INSTALL}"
    if not importlib.util.find_spec(PACKAGE):
        return f"the wheel onnxruntime-ep-nv-tensorrt-rtx-cu13 is not installed: {INSTALL}"
    if absent := [name for name in LINKS.values() if not (_libraries() / name).exists()]:
        return f"{', '.join(absent)} is not in the wheel: {INSTALL}"
    if not shutil.which("gcc"):
        return "no C compiler for a stub of one function: install gcc"
    return None


def ready() -> None:
    """From here on `import tensorrt_bindings` works. It begins the program anew once."""
    if folder := os.environ.get(STARTED):
        import tensorrt_bindings

        assert tensorrt_bindings
        shutil.rmtree(folder, ignore_errors=True)  # it is loaded: the links are needed no more
        return
    folder = str(_folder())
    environment = {**os.environ, "LD_LIBRARY_PATH": folder, STARTED: folder}
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)


def _libraries() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    assert spec
    assert spec.origin
    return Path(spec.origin).parent


def _folder() -> Path:
    folder = Path(mkdtemp(prefix="tensorrt-on-rtx-"))
    for name, library in LINKS.items():
        (folder / name).symlink_to(_libraries() / library)
    stub("int initLibNvInferPlugins(void *logger, const char *space) { return 1; }", folder / PLUGINS)
    return folder


def stub(code: str, path: Path) -> None:
    """A shared library of functions that are looked up and never called."""
    command = ["gcc", "-shared", "-fPIC", f"-Wl,-soname,{path.name}", "-x", "c", "-", "-o", str(path)]
    subprocess.run(command, input=code, text=True, check=True)


def pretend_driver(library: Path) -> None:
    """Gives pycuda's `_driver` a libcuda with one function for each that it looks up. To call one would be the end."""
    table = subprocess.run(["nm", "-D", "--undefined-only", str(library)], capture_output=True, text=True, check=True)
    names = sorted({line.split()[-1] for line in table.stdout.splitlines() if line.split()[-1].startswith("cu")})
    wanted = [name for name in names if name[2].isupper()]
    path = Path(mkdtemp(prefix="libcuda-")) / "libcuda.so.1"
    stub("\n".join(f"int {name}(void) {{ return 999; }}" for name in wanted), path)
    ctypes.CDLL(str(path), ctypes.RTLD_GLOBAL)
    shutil.rmtree(path.parent)
