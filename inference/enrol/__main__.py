"""python -m inference.enrol FILE --preview preview.webp: the parameters of a character, from a clip or a picture."""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from inference.enrol import from_clip
from inference.media import write_image


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m inference.enrol")
    parser.add_argument("file", type=Path)
    parser.add_argument("--preview", type=Path, help="a WebP of what was seen beside what the parameters draw")
    args = parser.parse_args()
    found = from_clip(args.file)
    shown = {
        name: getattr(found, name)
        for name in ("rig", "description", "params", "seen", "guessed", "confidence", "notes")
    }
    print(msgspec.json.format(msgspec.json.encode(shown)).decode())
    if args.preview:
        write_image(args.preview, found.preview, "libwebp")


if __name__ == "__main__":
    main()
