"""Bring one file at a time from a publisher's server: politely, resumable, and nothing else."""

import hashlib
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal

import httpx2
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from bot.errors import FetchError
from bot.sources.official_plan import Manners

Kind = Literal["zip", "xml", "text", "page"]
"""What a file must be; ``page`` is a web page of the publisher's, ``text`` anything but one."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and the whole (0: unknown)."""

_PASSING = frozenset({"stalled", "cut", "busy"})
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_WAIT_S = 120.0
_WEB_PAGE = (b"<!doctype html", b"<html")


@dataclass(frozen=True)
class Wanted:
    """A file to bring; ``sha256`` in hex where it is known beforehand."""

    url: str
    to: Path
    kind: Kind
    sha256: str = ""

    @property
    def part(self) -> Path:
        """What has come of it so far."""
        return self.to.with_name(f"{self.to.name}.part")

    @property
    def mark(self) -> Path:
        """The server's name for the version that ``part`` is of."""
        return self.to.with_name(f"{self.to.name}.mark")


@dataclass
class Downloader:
    """A connection that keeps to the manners of the plan."""

    manners: Manners
    progress: Progress
    client: httpx2.Client
    _last: float = field(default=0.0, init=False)

    def bring(self, wanted: Wanted) -> Path:
        """Bring a file, or go on with what came of it; a whole one from before is left as it is.

        Raises:
            FetchError: it could not be brought; what came of it is kept where it can be resumed.
        """
        if wanted.to.exists():
            return wanted.to
        tries = Retrying(
            stop=stop_after_attempt(self.manners.tries),
            wait=self._wait,
            retry=retry_if_exception(_is_passing),
            reraise=True,
        )
        tries(self._once, wanted)
        _verify(wanted)
        wanted.mark.unlink(missing_ok=True)
        wanted.part.replace(wanted.to)
        return wanted.to

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.after_s if isinstance(error, FetchError) else 0.0
        own = self.manners.pause_s * 2.0**state.attempt_number
        return min(max(asked, own), _LONGEST_WAIT_S)

    def _once(self, wanted: Wanted) -> None:
        self._pause()
        headers = {}
        if wanted.mark.exists() and wanted.part.exists() and wanted.part.stat().st_size:
            headers = {
                "Range": f"bytes={wanted.part.stat().st_size}-",
                "If-Range": wanted.mark.read_text(encoding="latin-1"),
            }
        with (
            _named(wanted.url),
            self.client.stream("GET", wanted.url, headers=headers) as response,
        ):
            _refuse(response, wanted)
            self._save(response, wanted)

    def _pause(self) -> None:
        wait = self._last + self.manners.pause_s - time.monotonic()
        if self._last and wait > 0:
            time.sleep(wait)
        self._last = time.monotonic()

    def _save(self, response: httpx2.Response, wanted: Wanted) -> None:
        goes_on = response.status_code == httpx2.codes.PARTIAL_CONTENT
        done = wanted.part.stat().st_size if goes_on else 0
        if goes_on and not response.headers.get("content-range", "").startswith(f"bytes {done}-"):
            _drop(wanted)
            raise FetchError("cut", f"{wanted.url}: the server went on at another place")
        _remember(response, wanted)
        whole = done + int(response.headers.get("content-length", 0))
        start = time.monotonic()
        with wanted.part.open("ab" if goes_on else "wb") as file:
            # Without a size: a chunk that waits to be filled is lost when the connection is cut.
            for chunk in response.iter_raw():
                done += len(chunk)
                if done > self.manners.largest_bytes:
                    _drop(wanted)
                    raise FetchError(
                        "too_large",
                        f"{wanted.url}: more than {self.manners.largest_mb:g} MB, which no title"
                        " has; look at what is served there",
                    )
                file.write(chunk)
                file.flush()  # a killed fetch goes on from here
                self.progress(wanted.to.name, done, whole)
                if time.monotonic() - start > self.manners.longest_s:
                    raise FetchError(
                        "stalled", f"{wanted.url}: too slow; fetch again, it goes on from here"
                    )


def client(manners: Manners) -> httpx2.Client:
    """Open a client that asks for files as they are, so that they can be resumed."""
    return httpx2.Client(
        transport=httpx2.HTTPTransport(retries=2),
        timeout=manners.timeout_s,
        follow_redirects=True,
        max_redirects=5,
        event_hooks={"response": [_stay_there]},
        headers={"User-Agent": "habeas-corpus-fetch", "Accept-Encoding": "identity"},
    )


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, FetchError) and error.fault in _PASSING


@contextmanager
def _named(url: str) -> Iterator[None]:
    """Give what the network does a name and an advice."""
    try:
        yield
    except httpx2.TimeoutException:
        raise FetchError(
            "stalled", f"{url}: the server stopped sending; fetch again, it goes on from there"
        ) from None
    except httpx2.ConnectError as error:
        host = httpx2.URL(url).host
        raise FetchError(
            "offline",
            f"{host} cannot be reached ({error}); go online, or give --from a mirror",
        ) from None
    except (httpx2.NetworkError, httpx2.RemoteProtocolError):
        raise FetchError(
            "cut", f"{url}: the connection was cut; fetch again, it goes on from there"
        ) from None
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise FetchError("refused", f"{url}: {error}; check the address") from None


def _refuse(response: httpx2.Response, wanted: Wanted) -> None:
    """Turn away what is not the file, before any of it is kept."""
    url, status = wanted.url, response.status_code
    if status in (404, 410):
        raise FetchError(
            "not_found", f"{url}: not there ({status}); name a release the publisher has"
        )
    if status == httpx2.codes.RANGE_NOT_SATISFIABLE:
        _drop(wanted)
        raise FetchError("cut", f"{url}: the file is another one than before; fetch again")
    if status in _BUSY:
        raise FetchError(
            "busy",
            f"{url}: the server is busy ({status}); fetch again later",
            after_s=_retry_after(response),
        )
    if status not in (200, 206):
        raise FetchError("refused", f"{url}: the server answers {status}; try later or a mirror")
    if wanted.kind != "page" and "html" in response.headers.get("content-type", ""):
        raise _web_page(wanted, str(response.url))


def _stay_there(response: httpx2.Response) -> None:
    """Refuse to be led to another host before it is asked for anything."""
    if not response.has_redirect_location:
        return
    asked = response.request.url
    leads_to = asked.join(response.headers["location"])
    if leads_to.host != asked.host:
        raise FetchError(
            "elsewhere",
            f"{asked}: redirects to {leads_to.host}, which is not the publisher; try later, or"
            " give --from a mirror",
        )


def _web_page(wanted: Wanted, came_from: str) -> FetchError:
    led = f" (redirected to {came_from})" if came_from != wanted.url else ""
    return FetchError(
        "web_page",
        f"{wanted.url}{led}: a web page came instead of the file; open it in a browser to see what"
        " the publisher says, or give --from a mirror",
    )


def _retry_after(response: httpx2.Response) -> float:
    """Seconds the server asks to wait; it may write them as a date."""
    text = response.headers.get("retry-after", "")
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return 0.0


def _remember(response: httpx2.Response, wanted: Wanted) -> None:
    """Keep the name of this version: without a sure one a half file is not gone on with."""
    name = response.headers.get("etag", "")
    if not name or name.startswith("W/"):
        name = response.headers.get("last-modified", "")
    if name:
        wanted.mark.write_text(name, encoding="latin-1")
    else:
        wanted.mark.unlink(missing_ok=True)


def _drop(wanted: Wanted) -> None:
    wanted.part.unlink(missing_ok=True)
    wanted.mark.unlink(missing_ok=True)


def _verify(wanted: Wanted) -> None:
    with wanted.part.open("rb") as file:
        head = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    fault: FetchError | None = None
    if wanted.kind != "page" and head.startswith(_WEB_PAGE):
        fault = _web_page(wanted, wanted.url)
    elif wanted.kind == "zip" and not zipfile.is_zipfile(wanted.part):
        fault = FetchError("unreadable", f"{wanted.url}: no zip, or cut short; fetch again")
    elif wanted.kind == "xml" and not head.startswith(b"<"):
        fault = FetchError("unreadable", f"{wanted.url}: no XML came; fetch again later")
    elif wanted.sha256 and sha256_of(wanted.part) != wanted.sha256:
        fault = FetchError(
            "checksum",
            f"{wanted.url}: its checksum is not the one in the manifest; the mirror is damaged or"
            " being changed: fetch again later, or from elsewhere",
        )
    if fault:
        _drop(wanted)
        raise fault
