"""Title 8 as it is installed, against its source: every identifier, every word, nothing besides.

What is compared with is read by other code than that of the loaders, and looked up as people do.
"""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from lxml import etree

from bot.settings import Settings
from bot.sources.fetch import fetch
from bot.sources.library import Library, open_library
from bot.types import Authority
from tests.official_law import LAW, needs_law, squeezed
from tests.test_uslm import APART, identifiers

pytestmark = [needs_law, pytest.mark.slow]

_INLINE = frozenset({"ref", "i", "b", "em", "sup", "sub", "span", "date", "term", "inline", "a"})
_WORD = re.compile(r"\w+")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Official text, fetched and opened as `habeas corpus fetch --from` does."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("law"))
    fetch(settings, lambda *_: None, source=str(LAW), release="newest")
    opened = open_library(settings)
    assert opened is not None
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def sections() -> list[etree._Element]:
    return [etree.parse(str(path)).getroot() for path in sorted((LAW / "usc/title-08").glob("*"))]


def spoken(element: etree._Element) -> Iterator[str]:
    """Words of the law below an element, a blank at the edge of each block."""
    yield element.text or ""
    for child in element:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        edge = "" if name in _INLINE or not name else " "
        if name and name not in APART and child.get("class") != "footnoteRef":
            yield edge
            yield from spoken(child)
            yield edge
        yield child.tail or ""


def path_of(identifier: str) -> str:
    _, _, _, title, section, *rest = identifier.replace("–", "-").split("/")
    return "/".join(["usc", title.removeprefix("t"), section.removeprefix("s"), *rest])


def test_every_identifier_is_looked_up_with_as_many_words_as_its_source_has(library, sections):
    words = 0
    for root in sections:
        named = {}
        for one in library.section(Authority(path_of(root.get("identifier")))).provisions:
            # Two provisions of one name are `x` and `x~2`, in the order of the source.
            named.setdefault(re.sub(r"~\d+", "", one.authority.path), []).append(one.authority)
        for element in root.iter(etree.Element):
            above = {etree.QName(one).localname for one in element.iterancestors()}
            if not element.get("identifier") or above & set(APART):
                continue
            path = path_of(element.get("identifier"))
            assert named.get(path), path
            found = library.lookup(named[path].pop(0))
            said = "".join(spoken(element))
            assert squeezed(found.words) == squeezed(said), path
            count = len(_WORD.findall(said))
            assert len(_WORD.findall(found.words)) == count, path
            words += count if element is root else 0
        assert not any(named.values())
    assert words > 250_000


def test_no_path_is_there_that_no_source_has(library, sections):
    wanted = Counter(
        path_of(one)
        for root in sections
        for one in (root.get("identifier") or "", *identifiers(root))
    )
    have = Counter(
        re.sub(r"~\d+", "", one.authority.path)
        for section in library.sections()
        if section.authority.path.startswith("usc/8/")
        for one in section.provisions
    )
    # Sections repealed or reserved together are one element, and each of them is found.
    together = have - wanted
    assert all(library.lookup(Authority(path)).status != "in_force" for path in together)
    assert not wanted - have
    assert sum(wanted.values()) > 7000
