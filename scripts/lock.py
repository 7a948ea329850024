"""Writes requirements/*.txt: every package of an install, pinned, without hosts. Run it after changing pyproject.toml.

Each file lists what it adds to the one before it: base (every process), embedded (PostgreSQL, Kafka and Java on a
laptop), dev (tests and checks). Versions that are pinned already are kept while they still fit.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "requirements"
FILES = ("base", "embedded", "dev")  # engines.txt is an environment of its own


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted, known = list(project["dependencies"]), set()
    before = ""
    for name in FILES:
        wanted += extras.get(name, [])
        pins = resolve(wanted)
        lines = [f"-r {before}.txt"] if before else []
        lines += sorted(pins - known)
        (FOLDER / f"{name}.txt").write_text("\n".join(lines) + "\n")
        known, before = known | pins, name


def resolve(wanted: list[str]) -> set[str]:
    """Every package that an install of `wanted` brings, as name==version."""
    with tempfile.TemporaryDirectory() as folder:
        report, held = Path(folder, "report.json"), Path(folder, "held.txt")
        held.write_text("\n".join(pinned()))
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        subprocess.run([*command, "--report", str(report), "-c", str(held), *wanted], check=True)
        found = json.loads(report.read_text())["install"]
    return {f"{one['metadata']['name'].lower().replace('_', '-')}=={one['metadata']['version']}" for one in found}


def pinned() -> list[str]:
    lines = [line for name in FILES for line in (FOLDER / f"{name}.txt").read_text().splitlines()]
    return [line for line in lines if "==" in line]


if __name__ == "__main__":
    main()
