"""A publisher of law on this machine that does what it is told: serve, stall, cut, mislead."""

import io
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

POINT = "119-101"
DAY = "2026-11-20"
RELEASE = f"{POINT}@{DAY}"
PAGE = b"<!DOCTYPE html><html><body>Please prove that you are human</body></html>"


def section(title: int, number: str, words: str) -> str:
    name = f"/us/usc/t{title}/s{number}"
    return (
        f'<section identifier="{name}"><num value="{number}">{number}.</num>'
        f"<heading>Geese</heading>"
        f'<subsection identifier="{name}/a"><num value="a">(a)</num><content>{words}</content>'
        f"</subsection>"
        f"<notes><note><quotedContent><section><content>Quoted.</content></section>"
        f"</quotedContent></note></notes></section>"
    )


def uscode(title: int, **words: str) -> bytes:
    """A title as the Office of the Law Revision Counsel packs it; sections are named s1231."""
    body = "".join(section(title, number[1:], text) for number, text in words.items())
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<uscDoc xmlns="http://xml.house.gov/schemas/uslm/1.0"><meta/><main>'
        f'<title identifier="/us/usc/t{title}">{body}</title></main></uscDoc>'
    )
    return packed(f"usc{title:02}.xml", text.encode())


def packed(name: str, content: bytes) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return to.getvalue()


def part(number: str, words: str) -> str:
    return (
        f'<DIV5 N="{number}" TYPE="PART"><HEAD>PART {number}</HEAD>'
        f'<DIV8 N="{number}.1" TYPE="SECTION"><HEAD>§ {number}.1 Geese.</HEAD>'
        f"<P>(a) {words}</P></DIV8></DIV5>"
    )


def ecfr(*parts: str) -> bytes:
    inner = "".join(parts)
    return f'<?xml version="1.0"?><DIV1 TYPE="TITLE">{inner}</DIV1>'.encode()


def plan(url: str) -> str:
    """An official.toml with small titles, whose publishers are all at this address."""
    return f"""
[manners]
pause_s = 0.01
timeout_s = 0.3
longest_s = 20
tries = 3
largest_mb = 2

[uscode]
newest_page = "{url}/newest"
newest_pattern = 'xml_usc08@([0-9]+-[0-9a-z-]+)\\.zip'
url = "{url}/pl/{{congress}}/{{law}}/usc{{title2}}.zip"

[ecfr]
newest_page = "{url}/titles.json"
url = "{url}/full/{{day}}/title-{{title}}.xml"
part_url = "{url}/full/{{day}}/title-{{title}}-{{part}}.xml"

[carried]
folders = ["constitution"]

[[title]]
code = "usc"
number = 8

[[title]]
code = "usc"
number = 18
sections = ["911", "912"]

[[title]]
code = "cfr"
number = 8

[[title]]
code = "cfr"
number = 22
parts = ["50"]
"""


class LawServer:
    """Files by path; ``faults[path]`` are used up one a request, then the file is served."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.faults: dict[str, list[str]] = {}
        self.asked: list[tuple[str, str]] = []
        self.marked = True
        self.slow_s = 0.0
        self.url = ""

    def publish(self, point: str = POINT, day: str = DAY, words: str = "ninety days") -> None:
        congress, law = point.split("-", 1)
        self.files |= {
            "/newest": f'<html><a href="xml_usc08@{point}.zip">USC</a></html>'.encode(),
            "/titles.json": f'{{"titles": [{{"number": 8, "up_to_date_as_of": "{day}"}}, {{"number": 22, "up_to_date_as_of": "2026-11-23"}}, {{"number": 1, "up_to_date_as_of": null}}]}}'.encode(),
            f"/pl/{congress}/{law}/usc08.zip": uscode(8, s1231=words, s1232="Others."),
            f"/pl/{congress}/{law}/usc18.zip": uscode(18, s910="No.", s911="Yes."),
            f"/full/{day}/title-8.xml": ecfr(part("208", "Eight."), part("1003", "Bond.")),
            f"/full/{day}/title-22-50.xml": ecfr(part("50", "Loss.")),
        }

    def mirror(self, folder: Path) -> None:
        """Serve a release as a mirror does."""
        for file in folder.rglob("*"):
            if file.is_file():
                self.files[f"/mirror/{file.relative_to(folder).as_posix()}"] = file.read_bytes()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    law: LawServer

    def log_message(self, *args) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        law = self.law
        law.asked.append((self.path, self.headers.get("Range", "")))
        waiting = law.faults.get(self.path)
        fault = waiting.pop(0) if waiting else ""
        self.close_connection = True
        if fault in ("html", "404", "busy", "elsewhere", "to_html", "teapot"):
            self.mislead(fault)
        elif fault == "plain_html":
            self.answer(200, PAGE, {"Content-Type": "application/xml"})
        elif self.path == "/captcha":
            self.answer(200, PAGE, {"Content-Type": "text/html"})
        elif self.path in law.files:
            self.serve(law.files[self.path], fault)
        else:
            self.mislead("404")

    def mislead(self, fault: str) -> None:
        port = self.server.server_address[1]
        status, extra = {
            "html": (200, {"Content-Type": "text/html; charset=utf-8"}),
            "404": (404, {"Content-Type": "text/html"}),
            "teapot": (418, {}),
            "busy": (503, {"Retry-After": "0"}),
            "elsewhere": (302, {"Location": f"http://localhost:{port}/captcha"}),
            "to_html": (302, {"Location": "/captcha"}),
        }[fault]
        self.answer(status, PAGE, extra)

    def serve(self, body: bytes, fault: str) -> None:
        start, status = 0, 200
        headers = {"ETag": f'"{hash(body)}"'} if self.law.marked else {}
        if (ranged := self.headers.get("Range")) and self.headers.get("If-Range") == headers.get(
            "ETag"
        ):
            start = int(ranged.removeprefix("bytes=").rstrip("-"))
            status = 206
            shown = start + (fault == "other_place")
            headers["Content-Range"] = f"bytes {shown}-{len(body) - 1}/{len(body)}"
        body = body[start:]
        if fault == "truncate":  # an old server, that tells no length
            self.answer(200, body[: len(body) // 2], headers, length=False)
        elif fault in ("cut", "stall"):
            self.answer(status, body[: len(body) // 2], headers, whole=len(body))
            if fault == "stall":
                time.sleep(0.6)
        elif self.law.slow_s:
            self.answer(status, b"", headers, whole=len(body))
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(self.law.slow_s)
        else:
            self.answer(status, body, headers)

    def answer(self, status, body, headers, *, whole=None, length=True) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if length:
            self.send_header("Content-Length", str(len(body) if whole is None else whole))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def handle(self) -> None:
        # The other end leaves: that is what some tests are about.
        with suppress(ConnectionError, TimeoutError):
            super().handle()


@contextmanager
def law_server() -> Iterator[LawServer]:
    law = LawServer()
    handler = type("Handler", (_Handler,), {"law": law})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    law.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield law
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
