"""One browser, one real server and one with a pretended engine for all tests of the page."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from bot.channels.web import create_app
from bot.settings import PROJECT_DIR, Settings
from tests.page.browsing import Pretend
from tests.serving import FakeEngine, live

# A machine that does other work too must not fail what only took longer.
expect.set_options(timeout=20_000)
_PATIENCE = 60
"""Tries, a second apart."""


@pytest.fixture(scope="package")
def address() -> Iterator[str]:
    """The real thing: `python app.py` with the real law."""
    habeas = Path(sys.executable).with_name("habeas")
    for _ in range(_PATIENCE):
        # Two processes of tests may build at once; the second is refused until the first is done.
        if (
            subprocess.run([habeas, "corpus", "build"], check=False, capture_output=True).returncode
            == 0
        ):
            break
        time.sleep(1)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OPENAI_", "HABEAS_OPENAI_", "SLACK_"))
    }
    started = time.monotonic()
    server = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=PROJECT_DIR,
        env={**environment, "HABEAS_PORT": str(port), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = ""
        for line in server.stdout:
            said += line
            if "ready" in line:
                break
        assert f"http://127.0.0.1:{port}" in said, said
        sys.stdout.write(f"server ready after {time.monotonic() - started:.1f} s\n")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        rest = server.communicate(timeout=15)[0]
    # The log of a whole run with questions, bad input and attacks has nothing of them.
    for words in ("deport", "Guam", "evil", "Traceback", "POST /", "GET /"):
        assert words not in said + rest


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield one
        one.close()


@pytest.fixture(scope="package")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pretend]:
    engine = FakeEngine()
    data = tmp_path_factory.mktemp("data")
    with live(create_app(Settings(data_dir=data, conversation_days=30), engine)) as url:
        yield Pretend(engine, url, data)


@pytest.fixture
def pretend(_served: Pretend) -> Pretend:
    """A server whose engine is new to each test."""
    _served.engine.reset()
    return _served
