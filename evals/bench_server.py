"""A server run and asked as a person would, for what is measured of it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.settings import PROJECT_DIR

_WAIT_S = 90.0


@dataclass(frozen=True)
class Served:
    """A server that runs: address, process id, and after how many seconds its parts were ready."""

    base: str
    pid: int
    api_s: float
    page_s: float


@contextmanager
def server(data_dir: Path | None = None) -> Iterator[Served]:
    """Run the server as a person would, on a free port, with the data of the project or others."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(PROJECT_DIR / "app.py")],
        cwd=PROJECT_DIR,
        env={**os.environ, "HABEAS_PORT": str(port)}
        | ({"HABEAS_DATA_DIR": str(data_dir)} if data_dir else {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        api = _ready(f"{base}/readyz", process, started)
        page = _ready(f"{base}/", process, started)
        yield Served(base, process.pid, api, page)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _ready(url: str, process: "subprocess.Popen[bytes]", started: float) -> float:
    while time.perf_counter() - started < _WAIT_S:
        if process.poll() is not None:
            sys.exit("the server stopped; run `python app.py` to see why")
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return time.perf_counter() - started
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    sys.exit(f"{url} was not ready after {_WAIT_S:.0f} s")


@dataclass(frozen=True)
class Timed:
    """One question asked: milliseconds to the opening, None where there is none, and to the end."""

    opening_ms: float | None
    whole_ms: float
    degraded: bool


def ask(client: httpx.Client, base: str, question: str) -> Timed:
    """Ask once over the event stream.

    Raises:
        httpx.HTTPError: the server did not answer.
    """
    started = time.perf_counter()
    opening: float | None = None
    degraded = True
    headers = {"accept": "text/event-stream"}
    body = {"question": question}
    with client.stream("POST", f"{base}/api/ask", json=body, headers=headers) as answer:
        answer.raise_for_status()
        for line in answer.iter_lines():
            if line == "event: opening":
                opening = 1000 * (time.perf_counter() - started)
            elif line.startswith("data: ") and '"flags"' in line:
                reply = json.loads(line.removeprefix("data: "))
                degraded = "degraded" in reply["flags"] or reply["status"] == "unavailable"
    return Timed(opening, 1000 * (time.perf_counter() - started), degraded)


def resident_mb(pid: int) -> float:
    """Say how much memory a process holds, in MB."""
    told = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    return int(told.stdout) / 1024
