"""Cut prose into sentences, knowing the abbreviations of legal writing.

A cut depends only on what stands before it and on the one word after it, so a text that arrives
in pieces is cut in the same places as the whole.
"""

import re
from dataclasses import dataclass

_ENDS_IN_STOP = """
    v vs u s u.s u.s.a u.s.c c.f.r u.k ee uu ee.uu e.u no nos num núm sec secs art arts amend amends
    para paras par const cl ch pt p pp fed reg stat supp cir ct cfr usc id etc e.g i.e cf al inc
    corp co jr sr dr dra mr mrs ms sra st ave gov sen rep gen pres lic ing ud uds vol ed approx
    jan feb mar apr jun jul aug sept sep oct nov dec a.m p.m am pm d.c n.d e.d w.d s.d f l
"""
_ABBREVIATIONS = frozenset(_ENDS_IN_STOP.split())
"""English and Spanish titles, legal references and initials that end in a full stop."""
_NUMBERED = frozenset({"no", "am", "id", "co", "art", "par", "ed"})
"""Words too, unless a number follows."""
_PLACES_AND_HOURS = frozenset({"u.s", "u.s.a", "ee.uu", "uu", "d.c", "a.m", "p.m"})
"""Abbreviations that often end a sentence."""
_AFTER_PLACE = """
    const supreme citizen citizens national nationals district court code government department
    attorney congress passport army v
"""
_GOES_WITH_PLACE = frozenset(_AFTER_PLACE.split())
"""Capitalised words that go on after "U.S."."""
_END = re.compile(r"""[.!?…]+["'”’»)\]]*(?:\s*\[p\d{1,2}(?:\s*,\s*p\d{1,2})*\])*(?=\s|$)|\n+""")
_NEXT_WORD = re.compile(r"\s*(\S+)\s")
_LAST_WORD = re.compile(r"(\S+)$")
_SURE = frozenset("!?…")


@dataclass(frozen=True)
class Cut:
    """A sentence and where it stands in the text, white space around it left out."""

    text: str
    start: int
    end: int


def split(text: str, *, whole: bool = True) -> tuple[Cut, ...]:
    """Cut ``text`` into sentences.

    Args:
        text: what to cut.
        whole: False while more text may follow: then the last sentence is given only when the
            word after it has arrived whole.
    """
    cuts: list[Cut] = []
    start = 0
    for match in _END.finditer(text):
        if match.start() < start:
            continue
        following = _NEXT_WORD.match(text, match.end())
        if not whole and following is None:
            break
        rest = text[match.end() :].split(None, 1)
        if match[0][0] != "\n" and _goes_on(text, match, rest[0] if rest else ""):
            continue
        _add(cuts, text, start, match.end())
        start = match.end()
    if whole:
        _add(cuts, text, start, len(text))
    return tuple(cuts)


def _add(cuts: list[Cut], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if piece.strip():
        lead = len(piece) - len(piece.lstrip())
        cuts.append(Cut(piece.strip(), start + lead, start + lead + len(piece.strip())))


def _goes_on(text: str, match: re.Match[str], following: str) -> bool:
    """Whether the full stop belongs to an abbreviation, a number or an initial."""
    if match[0][0] in _SURE or (len(match[0].rstrip()) > 1 and match[0].startswith("..")):
        return False
    last = _LAST_WORD.search(text, max(0, match.start() - 40), match.start())
    word = last[1].lstrip("(\"'“‘[¿¡").lower() if last else ""
    after = following.lstrip("(\"'“‘[¿¡")
    if not after:
        return False
    if word in _NUMBERED:
        return after[0].isdigit()
    if word in _PLACES_AND_HOURS:
        return not after[0].isupper() or after.split(".")[0].lower() in _GOES_WITH_PLACE
    if word in _ABBREVIATIONS or re.fullmatch(r"(?:[a-z]\.)*[a-z]", word):
        return True
    return after[0].islower() or after[0] in ",;:)]"
