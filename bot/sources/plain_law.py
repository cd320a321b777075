"""Read the Constitution and treaties: Markdown of the release folder, a heading to each article."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import CorpusError
from bot.sources.law import LawSection, Provision, Words, roles_in_order, tidy
from bot.types import Authority

TREATIES: Mapping[str, str] = {
    "cat": "torture",
    "refugee-convention": "convention relating to the status of refugees",
    "refugee-protocol": "protocol relating to the status of refugees",
}
"""Slug of a treaty in authority paths, and words its heading in the folder has (lower case)."""

_TREATY_URLS: Mapping[str, str] = {
    "cat": "https://www.ohchr.org/en/instruments-mechanisms/instruments/convention-against-torture"
    "-and-other-cruel-inhuman-or-degrading",
    "refugee-convention": "https://www.ohchr.org/en/instruments-mechanisms/instruments/"
    "convention-relating-status-refugees",
    "refugee-protocol": "https://www.ohchr.org/en/instruments-mechanisms/instruments/"
    "protocol-relating-status-refugees",
}
_HEADING = re.compile(r"^##[ ]+(.*)$", re.MULTILINE)
_ARTICLE = re.compile(r"(Article|Amendment) ([IVXL]+)\b")
_SECTION = re.compile(r"^(?:Section|Sec\.|SECTION) ?(\d+)\.? ", re.MULTILINE)
_CLAUSE = re.compile(r"^\((\d+)\) |(?<=\. )\((\d+)\) ", re.MULTILINE)
_PARAGRAPH = re.compile(r"^(\d+)\. ", re.MULTILINE)
_TREATY_ARTICLE = re.compile(r"Article (\d+|[IVX]+)\b")
_SIGNATURES = re.compile(r"^DONE in Convention", re.MULTILINE)
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


def read_constitution(path: Path) -> Iterator[LawSection]:
    """Give every article, section of an article, and amendment of a file.

    Raises:
        CorpusError: the file is not text, or has no article; names it.
    """
    found = False
    for heading, chapter in _chapters(path):
        kind = _ARTICLE.match(heading)
        if not kind:
            continue
        found = True
        body = _SIGNATURES.split(chapter)[0]
        number = _from_roman(kind[2])
        if kind[1] == "Amendment":
            url = f"https://constitution.congress.gov/browse/amendment-{number}/"
            yield _section(f"const/amend/{number}", heading, body, _SECTION, url)
            continue
        url = f"https://constitution.congress.gov/browse/article-{number}/"
        yield _section(f"const/art/{number}", heading, body, None, url)
        whole = Authority(f"const/art/{number}").path
        for part in _split(_SECTION, body) or _split(_CLAUSE, body):
            title = f"{heading}, {part.num}" if part.num.startswith("S") else heading
            yield _section(f"{whole}/{part.name}", title, part.text, _CLAUSE, url)
    if not found:
        raise CorpusError(
            'has no heading "## Article …" or "## Amendment …"; fetch it again: '
            "habeas corpus fetch",
            path=path,
        )


def read_treaties(path: Path) -> Iterator[LawSection]:
    """Give every treaty article of a file that is there word for word, in numbered paragraphs.

    What stands around the numbered paragraphs is remarks on where they are from.

    Raises:
        CorpusError: the file is not text; names it.
    """
    for heading, body in _chapters(path):
        article = _TREATY_ARTICLE.search(heading)
        if not article:
            continue
        number = article[1] if article[1].isdigit() else str(_from_roman(article[1]))
        paragraphs = [one for one in body.split("\n\n") if _PARAGRAPH.match(one.strip())]
        words = "\n\n".join(one.strip() for one in paragraphs)
        for slug, name in TREATIES.items():
            if name in heading.lower() and words:
                url = _TREATY_URLS[slug]
                yield _section(f"treaty/{slug}/{number}", heading, words, _PARAGRAPH, url)


@dataclass(frozen=True)
class _Part:
    name: str
    num: str
    text: str


def _section(
    path: str, heading: str, body: str, pattern: re.Pattern[str] | None, url: str
) -> LawSection:
    parts = _split(pattern, body) if pattern else []
    before = body[: body.index(parts[0].num)] if parts else body
    whole: list[Words | Authority] = [Words("heading", heading)]
    if text := tidy(before):
        whole.append(Words("content", text))
    found = [
        Provision(
            Authority(f"{path}/{one.name}"),
            (Words("num", one.num), Words("content", tidy(one.text))),
        )
        for one in parts
    ]
    whole += [one.authority for one in found]
    return LawSection(
        Authority(path), (Provision(Authority(path), roles_in_order(whole)), *found), url
    )


def _chapters(path: Path) -> Iterator[tuple[str, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise CorpusError(
            "is not UTF-8 text; fetch it again: habeas corpus fetch", path=path
        ) from None
    pieces = _HEADING.split(text)
    yield from zip(pieces[1::2], pieces[2::2], strict=True)


def _split(pattern: re.Pattern[str], body: str) -> list[_Part]:
    starts = list(pattern.finditer(body))
    ends = [*(start.start() for start in starts[1:]), len(body)][: len(starts)]
    return [
        _Part(next(filter(None, start.groups())), start[0].strip(), body[start.end() : end])
        for start, end in zip(starts, ends, strict=True)
    ]


def _from_roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    return sum(-v if v < n else v for v, n in zip(values, [*values[1:], 0], strict=True))
