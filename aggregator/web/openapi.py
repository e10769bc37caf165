"""The OpenAPI 3.1 document: paths as a table, schemas from the Structs, so that it cannot say another thing."""

from __future__ import annotations

from typing import Any

import msgspec

from aggregator import __version__
from aggregator.web import shapes

_EXPRESSION = {
    "name": "expression",
    "in": "path",
    "required": True,
    "description": "Categories: `cs.AI`, an archive `cs`, `cs.AI+cs.LG-cs.CY` (union, then difference), "
    "or `all` followed ones.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 500, "examples": ["cs.AI", "cs", "all"]},
}
_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "An arXiv id, with or without a version.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 100, "examples": ["2403.00001"]},
}
_DAY = {"type": "string", "format": "date", "examples": ["2024-03-26"]}


def _query(name: str, description: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": schema,
        **({"required": True} if required else {}),
    }


def _number(name: str, description: str, least: int, most: int, default: int) -> dict[str, Any]:
    return _query(
        name,
        description,
        {"type": "integer", "minimum": least, "maximum": most, "default": default},
    )


_SHOW = _number("show", "Papers of one answer.", 1, 100, 25)
_SKIP = _number("skip", "Papers to pass over; `next_skip` of the answer before.", 0, 100_000, 0)
_LISTS = [
    _EXPRESSION,
    _query("date", "A listing day; without days the newest one.", _DAY),
    _query("from", "The first of several days.", _DAY),
    _query("to", "The last of several days.", _DAY),
    _query("kind", "Kinds, joined by commas: new, cross, replace, replace-cross.", {"type": "string"}),
    _query("sort", "0: by id, the newest first; else arXiv's order.", {"type": "string", "enum": ["0", ""]}),
    _SHOW,
    _SKIP,
]
_DAYS = [
    _EXPRESSION,
    _query("from", "The first day.", _DAY),
    _query("to", "The last day.", _DAY),
    _number("show", "Days of the answer.", 1, 100, 30),
]
_SEARCH = [
    _query(
        "query",
        "What is searched for, in the language of docs/SEARCH.md.",
        {"type": "string", "minLength": 1},
        required=True,
    ),
    _query("cat", "Categories or archives, joined by commas, of which one must hold.", {"type": "string"}),
    _query("from", "The first day, month or year of a first version.", {"type": "string"}),
    _query("to", "The last one.", {"type": "string"}),
    _query("sort", "The order.", {"type": "string", "enum": ["relevance", "newest", "oldest", "stars"]}),
    _SHOW,
    _SKIP,
]
_IDS = [
    _query("ids", "Ids, joined by commas, at most 100.", {"type": "string", "minLength": 1}, required=True)
]

# path: (name, summary, what is answered, parameters)
OPERATIONS: dict[str, tuple[str, str, type, list[dict[str, Any]]]] = {
    "/papers": ("getPapers", "Papers by their ids", shapes.PapersJson, _IDS),
    "/papers/{id}": ("getPaper", "A paper with its history", shapes.WholePaperJson, [_ID]),
    "/lists/{expression}": ("getList", "A list of papers", shapes.ListJson, _LISTS),
    "/days/{expression}": ("getDays", "Listing days with their counts", shapes.DaysJson, _DAYS),
    "/status": ("getStatus", "How much is here and how fresh it is", shapes.StatusJson, []),
    "/search": ("search", "Search all papers", shapes.SearchJson, _SEARCH),
}
_REFUSALS = {
    "400": "What is asked for cannot be read.",
    "404": "It is not here.",
    "414": "The address is too long.",
    "422": "It is more than one answer may hold.",
    "503": "Not now, or not within the time that a question may take.",
}


def document(base_url: str) -> dict[str, Any]:
    """The whole document, for a site at `base_url`."""
    kinds = [kind for _, _, kind, _ in OPERATIONS.values()]
    _, schemas = msgspec.json.schema_components(
        [*kinds, shapes.ErrorJson], ref_template="#/components/schemas/{name}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "arXiv aggregator",
            "version": "1",
            "summary": "Papers, lists and days of this site. Reading only; additions only within version 1.",
            "x-program-version": __version__,
        },
        "servers": [{"url": base_url.rstrip("/") + "/api/v1"}],
        "paths": {path: {"get": _operation(*row)} for path, row in OPERATIONS.items()},
        "components": {"schemas": schemas},
    }


def _operation(name: str, summary: str, kind: type, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": summary + ".", "content": _content(kind)},
            "304": {"description": "As the ETag that was sent."},
            **{status: {"description": says, "content": _refusal()} for status, says in _REFUSALS.items()},
        },
    }


def _content(kind: type) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{kind.__name__}"}}}


def _refusal() -> dict[str, Any]:
    """Text where the server's guard refuses before this interface is reached."""
    return {**_content(shapes.ErrorJson), "text/plain": {"schema": {"type": "string"}}}
