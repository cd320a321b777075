"""Which code, law and machine a run is of."""

import hashlib
import os
import platform
import subprocess
from collections.abc import Iterable
from pathlib import Path

from bot.settings import PROJECT_DIR, Settings

_CODE = (".py", ".toml")


def code_hash(settings: Settings) -> str:
    """First 16 hex digits of a SHA-256 over ``bot/`` and the prompts: what answers."""
    digest = hashlib.sha256()
    for path in _files((PROJECT_DIR / "bot", settings.prompts_dir)):
        digest.update(f"{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def commit() -> str:
    """Commit of the tree, with ``+`` when it has changes; empty outside a repository."""
    head = _git("rev-parse", "--short=12", "HEAD")
    return f"{head}+" if head and _git("status", "--porcelain", "--", "bot", "evals") else head


def machine() -> str:
    """Kind of machine, without its name."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count() or 1} cores"


def _files(roots: Iterable[Path]) -> Iterable[Path]:
    for root in roots:
        yield from sorted(
            path
            for path in root.rglob("*")
            if path.is_file() and (path.suffix in _CODE or root.name == "prompts")
        )


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our own words, no shell
            ["git", *arguments],  # noqa: S607 - whichever git this machine has
            cwd=PROJECT_DIR,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
