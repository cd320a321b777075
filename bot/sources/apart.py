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
from bot.sources.document_files import read_pages

_ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 120
_BYTES = 2 * 2**30


def read_apart(path: Path, seconds: float = _SECONDS) -> tuple[str, ...]:
    """Read a file as ``read_pages`` does, and give up after ``seconds``.

    Raises:
        DocumentError: as ``read_pages``, or the file took too long or broke its reader.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            [sys.executable, "-P", "-m", "bot.sources.apart", str(path.absolute())],
            capture_output=True,
            timeout=seconds,
            check=False,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )
    except subprocess.TimeoutExpired:
        raise DocumentError(
            f"could not be read in {seconds:.0f} s and may be made to break readers"
        ) from None
    if done.returncode:
        raise DocumentError("broke its reader; open it where it was made and save it anew")
    said = json.loads(done.stdout)
    if "trouble" in said:
        raise DocumentError(said["trouble"])
    return tuple(said["pages"])


def _main() -> None:
    # Where the system knows no such limit, the time is still limited.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    try:
        said: dict[str, object] = {"pages": read_pages(Path(sys.argv[1]))}
    except DocumentError as error:
        said = {"trouble": str(error)}
    except MemoryError:
        said = {"trouble": "needs more memory than a document may; add the pages that matter"}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    _main()
