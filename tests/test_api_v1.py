"""The JSON interface over a real server: what it says, its manners, and its own document held against it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from test_ondemand import store_days
from webserver import get, serving_all

from aggregator.app import App
from aggregator.settings import Settings, SiteSettings
from aggregator.web.openapi import OPERATIONS, document

BASE = "http://127.0.0.1:8000/"
# Not every name that a schema allows is a category, so what is valid may be refused; no more is forgiven.
CHECKS: list[Any] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(document(BASE))

OPERATIONS_SAID: list[Any] = [found.ok() for found in cast("Any", SCHEMA).get_all_operations()]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    made = Settings(
        categories=("cs.AI", "cs.CL"), data=tmp_path_factory.mktemp("api"), site=SiteSettings(title="API")
    )
    app = App(made)
    with app.writing() as store:
        store_days(store)
    app.index()
    with serving_all(made) as port:
        yield port


def ask(port: int, path: str, status: int = 200) -> Any:
    response, body = get(port, f"/api/v1{path}")
    assert response.status == status, body
    assert response.headers["content-type"] == "application/json"
    assert response.headers["access-control-allow-origin"] == "*"
    return json.loads(body)


def test_a_list_in_parts(port: int) -> None:
    first = ask(port, "/lists/cs.AI?date=2026-05-04&show=5")
    assert (first["total"], first["counts"]["cross"], first["next_skip"]) == (8, 1, 5)
    second = ask(port, f"/lists/cs.AI?date=2026-05-04&show=5&skip={first['next_skip']}")
    assert second["next_skip"] is None
    ids = [paper["id"] for part in (first, second) for paper in part["papers"]]
    assert ids == [f"2605.{n:05}" for n in (*range(1, 8), 20)]
    assert (first["previous"], first["next"]) == ("2020-01-07", "2026-05-05")
    assert {paper["day"] for paper in first["papers"]} == {"2026-05-04"}


def test_expressions_and_ranges(port: int) -> None:
    said = ask(port, "/lists/cs.AI+cs.CL-cs.LG?from=2026-05-04&to=2026-05-06")
    assert (said["include"], said["exclude"], said["total"]) == (["cs.AI", "cs.CL"], ["cs.LG"], 10)
    assert ask(port, "/lists/all")["first"] == "2026-05-06"


def test_papers(port: int) -> None:
    paper = ask(port, "/papers/2605.00001v1")
    assert (paper["version"], paper["url"]) == (2, "http://127.0.0.1:8000/arxiv/2605.00001/")
    assert [said["kind"] for said in paper["announcements"]] == ["new", "replace"]
    several = ask(port, "/papers?ids=2605.00040,hep-th/9901001,2605.00001")
    assert [one["id"] for one in several["papers"]] == ["2605.00040", "2605.00001"]
    assert several["missing"] == ["hep-th/9901001"]


def test_days_and_status(port: int) -> None:
    days = ask(port, "/days/all?show=2")["days"]
    assert [(day["day"], day["total"]) for day in days] == [("2026-05-06", 1), ("2026-05-05", 2)]
    status = ask(port, "/status")
    assert status["papers"] == 13
    assert [one["category"] for one in status["categories"]] == ["cs.AI", "cs.CL"]


def test_search(port: int) -> None:
    found = ask(port, "/search?query=sample&show=3")
    assert (found["total"], len(found["papers"]), found["next_skip"]) == (13, 3, 3)
    assert ask(port, "/search?query=", 400)["error"].startswith("what is searched for")


def test_a_search_is_narrowed_as_on_the_page(port: int) -> None:
    assert ask(port, "/search?query=sample&from=2019&to=2019")["total"] == 0
    assert ask(port, "/search?query=sample&cat=cs")["total"] == 12
    assert ask(port, "/search?query=sample&cat=hep-th")["total"] == 1
    assert "arXiv has no category xx" in ask(port, "/search?query=sample&cat=xx", 400)["error"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/lists/cs.XX", 404), ("/lists/math.AG", 404), ("/papers/2605.09999", 404), ("/papers/x", 400),
        ("/papers", 400), ("/lists/cs?date=x", 400), ("/lists/cs?show=x", 400), ("/search?query=a&sort=x", 400),
        ("/days/cs?to=x", 400),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(port: int, path: str, status: int) -> None:
    assert ask(port, path, status)["error"]


def test_an_address_that_there_is_not_is_told_as_data(port: int) -> None:
    for path in ("/api/v1/", "/api/v1/lists", "/api/v1/no/such"):
        response, body = get(port, path)
        assert (response.status, response.headers["access-control-allow-origin"]) == (404, "*")
        assert json.loads(body) == {"error": "not here"}


def test_answers_have_validators_and_other_sites_may_ask(port: int) -> None:
    for _ in range(2):
        response, _ = get(port, "/api/v1/status")
        again, body = get(port, "/api/v1/status", if_none_match=response.headers["etag"])
        assert (again.status, body) == (304, b"")
        assert again.headers["access-control-allow-origin"] == "*"
    assert get(port, "/api/v1/status", "OPTIONS", origin="https://x.example")[0].status == 204
    assert get(port, "/api/v1/status", "POST")[0].status == 405


def test_the_document_is_valid_and_names_every_answer(port: int) -> None:
    said = ask(port, "/openapi.json")
    assert said["openapi"] == "3.1.0"
    assert set(said["paths"]) == set(OPERATIONS)
    for schema in said["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("operation", OPERATIONS_SAID, ids=lambda o: o.path)
def test_no_answer_is_undocumented_or_a_fault(port: int, operation: Any) -> None:
    @given(data=st.data())
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def answered(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        response = case.call(base_url=f"http://127.0.0.1:{port}/api/v1")
        case.validate_response(response, checks=CHECKS)

    answered()
