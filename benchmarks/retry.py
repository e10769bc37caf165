"""Retry libraries side by side: what does a troubled server see of each?

    python benchmarks/retry.py

A loopback server answers for ever with 429, with 503 and Retry-After 0, 2 or 3600, or with one byte every
half second. Each library gets the same wish (6 tries, 20 s; only httpx-retries is first taken with its
defaults), then all that it offers is used, and Retry-After read for it where it leaves that to the caller.
A cell is what the server saw: requests, seconds waited between an answer and the next request (spent, for the one byte
every half second), the shortest such pause; "…" marks a library that was still waiting when it was stopped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import httpx
from _frame import ROOT, Figure, Goal, main_of, python_with, version_in
from _servers import SCENARIOS, Seen, Server

LIMIT = 30.0  # seconds after which a library is stopped
PEERS = ("tenacity", "stamina", "httpx-retries", "httpx")
TRIES, BUDGET, FLOOR = 6, 20.0, 3.0  # the wish; times in seconds
REQUEST = 8.0  # seconds for one request, where a library leaves room for a deadline

# ── the libraries; each function asks until it has enough ──


def ours(url: str) -> str:
    from aggregator.clock import SystemClock
    from aggregator.errors import DeadlineExceeded, HttpError, Unreachable
    from aggregator.policy import arxiv_policy, parse_retry_after
    from aggregator.retry import Retry

    clock = SystemClock()

    def fetch(deadline: float) -> None:
        end = clock.monotonic() + deadline
        try:
            with httpx.stream("GET", url, timeout=deadline, trust_env=False) as response:
                for _ in response.iter_raw():
                    if clock.monotonic() >= end:
                        raise DeadlineExceeded(url, deadline)
        except httpx.TransportError as error:
            raise Unreachable(url, str(error)) from error
        if response.status_code != 200:
            headers = response.headers
            asked = parse_retry_after(headers.get("Retry-After"), date=headers.get("Date"), now=clock.now())
            raise HttpError(url, response.status_code, retry_after=asked)

    retry = Retry(arxiv_policy(attempts=TRIES, budget=BUDGET, floor=FLOOR), clock=clock)
    for attempt in retry:
        with attempt:
            fetch(min(REQUEST, attempt.remaining))
    return f"come back in {retry.come_back:g} s" if retry.come_back else ""


def get(url: str) -> None:
    httpx.get(url, trust_env=False).raise_for_status()


def retry_after(error: BaseException | None) -> float:
    if isinstance(error, httpx.HTTPStatusError):
        return float(error.response.headers.get("Retry-After", 0))
    return 0.0


def tenacity_start(url: str) -> str:
    from tenacity import (  # type: ignore[import-not-found]
        Retrying,
        retry_if_exception_type,
        stop_after_attempt,
        stop_after_delay,
        wait_random_exponential,
    )

    Retrying(
        retry=retry_if_exception_type(httpx.HTTPError),
        stop=stop_after_delay(BUDGET) | stop_after_attempt(TRIES),
        wait=wait_random_exponential(multiplier=1, max=60),
    )(get, url)
    return ""


def tenacity_full(url: str) -> str:
    from tenacity import (
        RetryCallState,
        Retrying,
        retry_if_exception_type,
        stop_after_attempt,
        stop_before_delay,
        wait_random_exponential,
    )

    backoff = wait_random_exponential(multiplier=1, max=60)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        return max(FLOOR, retry_after(error), float(backoff(state)))

    Retrying(
        retry=retry_if_exception_type(httpx.HTTPError),
        stop=stop_before_delay(BUDGET) | stop_after_attempt(TRIES),
        wait=wait,
    )(get, url)
    return ""


def stamina_start(url: str) -> str:
    import stamina  # type: ignore[import-not-found]

    for attempt in stamina.retry_context(on=httpx.HTTPError, attempts=TRIES, timeout=BUDGET):
        with attempt:
            get(url)
    return ""


def stamina_full(url: str) -> str:
    import stamina

    def hook(error: Exception) -> float | bool:
        return max(FLOOR, retry_after(error)) if isinstance(error, httpx.HTTPStatusError) else True

    for attempt in stamina.retry_context(on=hook, attempts=TRIES, timeout=BUDGET, wait_max=60):
        with attempt:
            get(url)
    return ""


def httpx_retries_start(url: str) -> str:
    from httpx_retries import RetryTransport  # type: ignore[import-not-found]

    with httpx.Client(transport=RetryTransport(), trust_env=False) as client:
        client.get(url)
    return ""


def httpx_retries_full(url: str) -> str:
    from httpx_retries import Retry, RetryTransport

    rules = Retry(total=TRIES - 1, backoff_factor=1, total_timeout=BUDGET)
    with httpx.Client(transport=RetryTransport(retry=rules), trust_env=False) as client:
        client.get(url)
    return ""


VARIANTS: dict[str, Callable[[str], str]] = {
    "aggregator.retry": ours,
    "tenacity": tenacity_start,
    "tenacity, all it offers": tenacity_full,
    "stamina": stamina_start,
    "stamina, all it offers": stamina_full,
    "httpx-retries": httpx_retries_start,
    "httpx-retries, all it offers": httpx_retries_full,
}


def work(variant: str, address: str) -> None:
    """Run one library against every scenario at once; print a JSON line as each ends."""
    number = list(VARIANTS).index(variant)

    def one(scenario: int) -> None:
        try:
            note = VARIANTS[variant](f"{address}/{number}/{scenario}")
        except (
            Exception
        ) as error:  # the libraries differ in what they raise; the table only says that it ended
            note = type(error).__name__
        line = {"path": f"/{number}/{scenario}", "ended": time.monotonic(), "note": note}
        print(json.dumps(line), flush=True)

    threads = [Thread(target=one, args=(scenario,), daemon=True) for scenario in range(len(SCENARIOS))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# ── the comparison ──


def compare(python: Path, server: Server) -> dict[str, tuple[float, str]]:
    """Run all libraries at the same time, LIMIT seconds at most; when and how each scenario ended."""
    address = f"http://127.0.0.1:{server.server_address[1]}"
    command = [str(python), __file__, "--address", address, "--worker"]
    workers = [
        subprocess.Popen(
            [*command, variant],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for variant in VARIANTS
    ]
    end = time.monotonic() + LIMIT
    lines: list[str] = []
    for worker in workers:
        try:
            worker.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            worker.kill()
        lines += worker.communicate()[0].splitlines()
    ended = [json.loads(line) for line in lines]
    return {line["path"]: (line["ended"], line["note"]) for line in ended}


def cell(seen: Seen, ended: tuple[float, str] | None, now: float, *, dribble: bool) -> str:
    """Requests · seconds waited (for a dribble: spent) · shortest pause; "…" when the limit ended it."""
    if not seen.came:
        return f"no request ({ended[1] if ended else 'no answer'})"
    pauses = seen.pauses()
    if dribble:
        spent = (ended[0] if ended else now) - seen.came[0]
        return f"{len(seen.came)} · {spent:.1f} s" + ("" if ended else " …")
    waited = sum(pauses) + (0.0 if ended else now - seen.left[-1])
    shortest = f" · {min(pauses):.2f} s" if pauses else ""
    note = f" ({ended[1]})" if ended and ended[1].startswith("come") else ""
    return f"{len(seen.came)} · {waited:.1f} s{shortest}{'' if ended else ' …'}{note}"


def rows(server: Server, ended: dict[str, tuple[float, str]], now: float) -> list[list[str]]:
    counts = [len(one) for one in (requests(server, number) for number in range(len(VARIANTS)))]
    made = [["requests · s waited · shortest pause", *SCENARIOS, "requests in all"]]
    for number, variant in enumerate(VARIANTS):
        paths = {name: f"/{number}/{n}" for n, name in enumerate(SCENARIOS)}
        cells = [
            cell(server.seen[path], ended.get(path), now, dribble=name == "dribble")
            for name, path in paths.items()
        ]
        made.append([variant, *cells, f"{counts[number]} ({counts[number] / max(1, counts[0]):.1f}×)"])
    return made


def requests(server: Server, number: int) -> list[float]:
    """When the requests of a library came, in all scenarios."""
    return [came for n in range(len(SCENARIOS)) for came in server.seen[f"/{number}/{n}"].came]


def goals(server: Server) -> list[Goal]:
    """Ours is to be the politest."""
    pauses = [pause for n in range(len(SCENARIOS)) for pause in server.seen[f"/0/{n}"].pauses()]
    least = min(len(requests(server, number)) for number in range(1, len(VARIANTS)))
    return [
        Goal("shortest pause of ours, s", min(pauses), FLOOR),
        Goal(
            "requests of ours, of the fewest of a peer's", len(requests(server, 0)) / least, 1, at_most=True
        ),
        Goal("requests of ours to a 429 without a header", len(server.seen["/0/0"].came), 1, at_most=True),
    ]


def troubled() -> Figure:
    commands = python_with("retry", *PEERS)
    with Server() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        ended = compare(commands / "python", server)
        seen, judged = rows(server, ended, time.monotonic()), goals(server)
        server.closing.set()
        server.shutdown()
    versions = ", ".join(f"{name} {version_in(commands, name)}" for name in PEERS)
    wish = f"a server in trouble, {TRIES} tries in {BUDGET:g} s wished for; stopped after {LIMIT:g} s"
    return Figure("Retry libraries", wish, goals=judged, remarks=[versions], table=seen)


if __name__ == "__main__":
    if "--worker" in sys.argv:
        work(sys.argv[-1], sys.argv[sys.argv.index("--address") + 1])
    else:
        main_of(troubled)
