"""Writes docs/events.md, docs/asyncapi.json and docs/schemas/ from the catalog; `--check` fails when they are old.

The schemas describe the sealed form: what lies in Kafka and in the read models.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

sys.path.insert(0, str(Path(__file__).parent.parent))

from api import asyncapi
from domain.catalog import CATEGORIES, ENTRIES, RETIRED

DOCS = Path(__file__).parent.parent / "docs"


def documents() -> dict[Path, str]:
    found = {DOCS / "schemas" / f"{type_}.json": written(asyncapi.schema(type_)) for type_ in asyncapi.TYPES}
    return found | {DOCS / "events.md": overview(), DOCS / "asyncapi.json": written(asyncapi.document())}


def written(document: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(document, order="sorted")).decode() + "\n"


def overview() -> str:
    parts = [HEADER]
    for category in CATEGORIES:
        parts.append(f"\n## `recut.{category}`\n")
        parts += [
            section(f"`{entry.type}`", entry.kind, entry.sealed) for entry in ENTRIES if entry.category == category
        ]
    parts.append("\n## Versions that are read but not written any more\n")
    parts += [section(f"`{retired.type}` (read as `{retired.into}`)", retired.kind, {}) for retired in RETIRED]
    parts.append("\n## Shared shapes\n")
    return "".join(parts + [section(f"`{kind.__name__}`", kind, {}) for kind in shapes()])


def shapes() -> list[type[msgspec.Struct]]:
    """The structs that events are made of, by name."""
    found = {kind for entry in ENTRIES for hint in get_type_hints(entry.kind).values() for kind in structs(hint)}
    return sorted(found, key=lambda kind: kind.__name__)


def structs(hint: Any) -> list[type[msgspec.Struct]]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return [hint, *(inner for field in get_type_hints(hint).values() for inner in structs(field))]
    return [inner for argument in get_args(hint) for inner in structs(argument)]


def section(title: str, kind: type[msgspec.Struct], sealed: dict[str, str]) -> str:
    rows = [row(name, hint, sealed) for name, hint in get_type_hints(kind).items()]
    return f"\n### {title}\n\n{lead(kind)}| field | type | |\n| --- | --- | --- |\n" + "".join(rows)


def lead(kind: type[msgspec.Struct]) -> str:
    doc = " ".join((kind.__doc__ or "").split())
    return f"{doc}\n\n" if doc else ""


def row(name: str, hint: Any, sealed: dict[str, str]) -> str:
    note = f"sealed with the key of `{sealed[name]}`" if name in sealed else ""
    return f"| `{name}` | {type_name(hint)} | {note} |\n"


def type_name(hint: Any) -> str:
    """list of X, X or null, X: as the JSON looks."""
    arguments = [argument for argument in get_args(hint) if argument not in (type(None), ...)]
    if get_origin(hint) is tuple:
        items = ", ".join(type_name(argument) for argument in arguments)
        return f"list of {items}" if Ellipsis in get_args(hint) else f"[{items}]"
    if get_origin(hint) is dict:
        return f"object of {type_name(arguments[1])}"
    if type(None) in get_args(hint):
        return f"{' or '.join(map(type_name, arguments))} or null"
    return JSON_NAMES.get(hint, f"`{hint.__name__}`")


JSON_NAMES = {str: "text", int: "integer", float: "number", bool: "boolean", datetime: "time (RFC 3339)"}

HEADER = """# Events

Generated from `domain/catalog.py` by `make docs`; `make check` compares. The topic of a category is `recut.<category>`.

A record's key is the stream id, its partition the shard, its value the JSON of the fields below in their sealed form.
Its headers are CloudEvents 1.0 in binary mode: `ce_id ce_type ce_source ce_subject ce_time ce_dataschema`, with the
extensions `ce_epoch ce_position ce_streamversion ce_actor ce_causationid ce_correlationid`, and `traceparent`.
A sealed text reads `sealed:<account>:<bytes>`; a sealed list has one such text. JSON Schemas: `schemas/`.
"""


def main() -> int:
    wanted = documents()
    if "--check" not in sys.argv:
        for path, text in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return 0
    stale = [path.name for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    known = {path.name for path in wanted}
    stale += [path.name for path in (DOCS / "schemas").glob("*.json") if path.name not in known]
    if stale:
        print(f"Not up to date, run `make docs`: {', '.join(sorted(stale))}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
