"""Writes the reference page: headings, tables, and links within the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
code,pre{font:14px/1.5 ui-monospace,monospace}h2{margin-top:3rem;border-bottom:1px solid #ccc}h3{margin-bottom:0}
table{border-collapse:collapse;width:100%;margin:.5rem 0}td,th{text-align:left;padding:.2rem .8rem .2rem 0;
vertical-align:top;border-bottom:1px solid #eee}.method{display:inline-block;min-width:4rem;font-weight:700}
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}a{color:#9cf}td,th{border-color:#333}}
"""


def page(document: dict[str, Any]) -> str:
    info = document["info"]
    body = "".join((*_operations(document), *_schemas(document)))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(info["title"])} API</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>'
        f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1><p>{escape(info.get('description', ''))}</p>"
        f'<p>The document itself: <a href="/schema/openapi.json">/schema/openapi.json</a> (OpenAPI '
        f"{escape(document['openapi'])})</p>{body}</body></html>"
    )


def _operations(document: dict[str, Any]) -> Iterator[str]:
    by_tag: dict[str, list[str]] = defaultdict(list)
    for path, operations in document.get("paths", {}).items():
        for method, operation in operations.items():
            if isinstance(operation, dict):
                by_tag[next(iter(operation.get("tags") or ["Others"]))].append(_operation(method, path, operation))
    for tag in sorted(by_tag):
        yield f"<h2>{escape(tag)}</h2>{''.join(by_tag[tag])}"


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    anchor = escape(operation.get("operationId", ""))
    rows = [
        (escape(p["name"]), p["in"] + (", required" if p.get("required") else ""), _type(p.get("schema", {})))
        for p in operation.get("parameters") or ()
    ]
    if content := (operation.get("requestBody") or {}).get("content"):
        rows += [("body", escape(kind), _type(media.get("schema", {}))) for kind, media in content.items()]
    for status, response in operation.get("responses", {}).items():
        for kind, media in (response.get("content") or {"": {}}).items():
            rows.append((f"&rarr; {escape(status)}", escape(kind), _type(media.get("schema", {}))))
    return (
        f'<h3 id="{anchor}"><code><span class="method">{escape(method.upper())}</span> {escape(path)}</code></h3>'
        f"<p>{escape(operation.get('description') or '')}</p>{_table(rows)}"
    )


def _schemas(document: dict[str, Any]) -> Iterator[str]:
    yield "<h2>Schemas</h2>"
    for name, schema in sorted(document.get("components", {}).get("schemas", {}).items()):
        required = schema.get("required") or ()
        rows = [
            (escape(field), "required" if field in required else "", _type(of) + _words(of))
            for field, of in (schema.get("properties") or {}).items()
        ]
        shown = _table(rows) if rows else f"<p>{_type({k: v for k, v in schema.items() if k != 'title'})}</p>"
        yield f'<h3 id="schema-{escape(name)}"><code>{escape(name)}</code></h3><p>{_words(schema)}</p>{shown}'


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words, with links to the named ones."""
    if reference := schema.get("$ref"):
        name = escape(reference.rsplit("/", 1)[-1])
        return f'<a href="#schema-{name}">{name}</a>'
    for joined in ("oneOf", "anyOf"):
        if schema.get(joined):
            return " | ".join(_type(option) for option in schema[joined])
    if values := schema.get("enum"):
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in values)
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {_type(schema.get('items') or {})}"
    words = " | ".join(kind) if isinstance(kind, list) else str(kind)
    return escape(words + (f" ({schema['format']})" if schema.get("format") else ""))


def _words(schema: dict[str, Any]) -> str:
    return f" {escape(schema['description'])}" if schema.get("description") else ""


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    return f"<table>{''.join(f'<tr>{_cells(row)}</tr>' for row in rows)}</table>"


def _cells(row: tuple[str, ...]) -> str:
    return "".join(f"<td>{cell}</td>" for cell in row)
