"""What a build of the scene engine is known by. Imports nothing heavy: the registry of models needs it too."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from inference import world


@functools.cache
def model_digest() -> str:
    return digest_of(Path(world.__file__).parent)


def digest_of(root: Path) -> str:
    """Over every source file of the scene engine, so that a changed engine is another model."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
