"""`recut sweep`: files that the log does not name, now instead of within a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from recut import wiring

if TYPE_CHECKING:
    import argparse

    from recut.settings import Settings


def sweep(settings: Settings, args: argparse.Namespace) -> None:
    swept = wiring.run_sweep(settings, args.hours, keep=args.dry_run, force=args.force)
    if args.json:
        print(msgspec.json.encode(swept).decode())
        return
    print(f"looked at    {swept.files} files of {swept.videos} videos, {swept.unknown} of them not in the log")
    done = "would delete" if args.dry_run else "deleted     "
    print(f"{done} {swept.orphans} files that the log does not name, {swept.bytes} bytes")
