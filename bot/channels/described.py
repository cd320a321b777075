"""The API's description as one plain page: no script, nothing loaded from anywhere."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "pre{background:#8882;padding:.75rem;overflow-x:auto;border-radius:4px}"
    "h2{margin-top:2.5rem}code{font-size:.95em}:root{color-scheme:light dark}"
)

_METHODS = ("get", "post")


def described(*descriptions: Mapping[str, Any]) -> str:
    """Write OpenAPI descriptions as HTML; each says in `servers` where it is mounted."""
    parts = "".join("".join(_app(one)) for one in descriptions)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Habeas: the API</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>Habeas: the API</h1>{parts}</main></body></html>"
    )


def _app(description: Mapping[str, Any]) -> Iterator[str]:
    root = description["servers"][0]["url"]
    info = description["info"]
    yield f"<h2>{escape(info['title'])}</h2><p>{escape(info['description'])}</p>"
    yield f'<p>For machines: <a href="{root}/openapi.json">{root}/openapi.json</a></p>'
    for path, methods in description["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield from _operation(f"{method.upper()} {root}{path}", methods[method])


def _operation(name: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h3><code>{escape(name)}</code></h3>"
    for paragraph in operation.get("description", "").split("\n\n"):
        yield f"<p>{_marked(paragraph)}</p>"
    for one in operation.get("parameters", ()):
        need = "needed" if one.get("required") else "may be left out"
        said = _marked(one.get("description", ""))
        yield f"<p><code>{escape(one['name'])}</code> in {one['in']} ({need}): {said}</p>"
    content = operation.get("requestBody", {}).get("content", {})
    for example in content.get("application/json", {}).get("examples", {}).values():
        body = json.dumps(example["value"], ensure_ascii=False, indent=2)
        yield f"<p>{escape(example['summary'])}:</p><pre><code>{escape(body)}</code></pre>"


def _marked(text: str) -> str:
    """Write what stands between backticks as code."""
    pieces = escape(text).split("`")
    return "".join(
        f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces)
    )
