"""Read a document in a process of its own, which may neither hang nor eat the memory.

The parsers meet files that somebody may have made to break them.
"""

import contextlib
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from bot.errors import DocumentError
from bot.sources.document_files import pages_of, read_pages

_ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 120
_BYTES = 2 * 2**30
# A reader that somebody's file takes over must find no key in its environment.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "HOME", "VIRTUAL_ENV")


def read_apart(path: Path, seconds: float = _SECONDS) -> tuple[str, ...]:
    """Read a file as ``read_pages`` does, and give up after ``seconds``.

    Raises:
        DocumentError: as ``read_pages``, or the file took too long or broke its reader.
    """
    return _read([str(path.absolute())], b"", seconds)


def pages_apart(data: bytes, suffix: str, seconds: float = _SECONDS) -> tuple[str, ...]:
    """Do the same with what a file holds and how its name ends; nothing is written to a disk.

    Raises:
        DocumentError: see ``read_apart``.
    """
    return _read(["-", suffix], data, seconds)


def _read(arguments: list[str], data: bytes, seconds: float) -> tuple[str, ...]:
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            [sys.executable, "-P", "-m", "bot.sources.apart", *arguments],
            input=data,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ}
            | {"PYTHONPATH": str(_ROOT)},
        )
    except subprocess.TimeoutExpired:
        raise DocumentError(
            "hostile", f"could not be read in {seconds:.0f} s and may be made to break readers"
        ) from None
    except OSError as error:
        raise DocumentError(
            "not_kept", f"found no room to be read in ({error.strerror}); try again later"
        ) from None
    if done.returncode:
        raise DocumentError(
            "broken", "broke its reader; open it where it was made and save it anew"
        )
    said = json.loads(done.stdout)
    if "trouble" in said:
        raise DocumentError(said["fault"], said["trouble"])
    return tuple(said["pages"])


def _main() -> None:
    # Where the system knows no such limit, the time is still limited.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    said: dict[str, object]
    try:
        if sys.argv[1] == "-":
            pages = pages_of(sys.stdin.buffer.read(), sys.argv[2])
        else:
            pages = read_pages(Path(sys.argv[1]))
        said = {"pages": pages}
    except DocumentError as error:
        said = {"trouble": str(error), "fault": error.fault}
    except MemoryError:
        words = "needs more memory than a document may; add the pages that matter"
        said = {"trouble": words, "fault": "hostile"}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    _main()
