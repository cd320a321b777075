"""An official paper somebody pasted: what it appears to be, its dates, and the times of the law.

What a paper alleges is no fact of the person's own: it is taken out of what is read. Nothing of its
words is shown but dates, and no deadline is computed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.answer.contacts import read_toml
from bot.answer.wording import say
from bot.errors import CorpusError, UnknownAuthority
from bot.guard import read
from bot.text.language import detect
from bot.text.normalise import MAX_FOLD_CHARS, fold
from bot.types import Authority, Bilingual, Card, Lang, ReplyLang, Turn

NOTICES_FILE = "notices.toml"

_SHORTEST = 350
_MARKS_NEEDED = 2
_MOST_DATES = 8
_NEAR = 260
# What a person puts around a paper is a few lines of their own, before it or after it.
_MOST_OWN = 900
_OWN = re.compile(
    r"\?|\b(?:i|i'm|im|my|me|we|our|help|please|what|got this|yo|mi|mis|me|nos|nuestr[oa]s?|ayuda"
    r"|que|llego|recibi)\b"
)
_MONTHS = (
    "jan enero ene", "feb febrero", "mar marzo", "apr abril abr", "may mayo", "jun junio",
    "jul julio", "aug agosto ago", "sep septiembre", "oct octubre", "nov noviembre",
    "dec diciembre dic",
)  # fmt: skip
_MONTH_OF = {name[:3]: n for n, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAME = r"(?:jan|ene|feb|mar|apr|abr|may|jun|jul|aug|ago|sep|oct|nov|dec|dic)[a-z]*\.?"
_DATE = re.compile(
    rf"\b(?P<name>{_NAME}) (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y1>20\d\d)\b"
    rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? (?:de )?(?P<name2>{_NAME}),? (?:del? )?(?P<y2>20\d\d)\b"
    r"|\b(?P<m3>\d{1,2})[/-](?P<d3>\d{1,2})[/-](?P<y3>20\d\d)\b"
)
_BORN = re.compile(r"\b(?:born|birth|dob|nacid[oa]|nacimiento)\b")
_LABELS: tuple[tuple[re.Pattern[str], Bilingual], ...] = (
    (
        re.compile(
            r"(?:respond|response|reply|answer|evidence)\b.{0,30}\b(?:by|due|before)\b"
            r"|no later than|on or before|must be received|\bdue (?:by|date|on)\b|\bplazo\b"
        ),
        Bilingual("time to answer", "plazo para contestar"),
    ),
    (
        re.compile(r"\bhearing\b|appear before|appear at|ordered to appear|audiencia|comparecer"),
        Bilingual("hearing", "audiencia"),
    ),
    (re.compile(r"appointment|biometric|\bcita\b"), Bilingual("appointment", "cita")),
    (re.compile(r"\bserved\b|\bmailed\b|entregad"), Bilingual("when it was served", "entrega")),
    (
        re.compile(r"entered|arrived|admitted|entry|entro\b|entrada"),
        Bilingual("entry, as the paper says", "entrada, según el papel"),
    ),
    (
        re.compile(r"\bdated?\b|\bfecha\b|is ordered|decision"),
        Bilingual("date of the paper or decision", "fecha del papel o de la decisión"),
    ),
)
_TITLE = Bilingual("This looks like an official paper", "Esto parece un papel oficial")
_IS = Bilingual(
    "It appears to be {what}. Only the paper itself, and the court or office that sent it, "
    "say what holds.",
    "Parece ser {what}. Solo el papel mismo, y la corte u oficina que lo mandó, dicen qué vale.",
)
_DATES = Bilingual("Dates I can read in it: {dates}.", "Fechas que puedo leer en él: {dates}.")
_NO_DATES = Bilingual(
    "I can read no date in it. A date may stand on another page.",
    "No puedo leer ninguna fecha en él. Puede haber una en otra página.",
)
_UNSURE = Bilingual("what for is not clear", "no queda claro de qué")
_DAY = Bilingual("{month} {day}, {year}", "{day} de {month} de {year}")
_MONTH_NAMES = Bilingual(
    "January February March April May June July August September October November December",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
)


@dataclass(frozen=True)
class Kind:
    """One kind of paper; ``clock`` says the times of the law, which stand in ``law``."""

    id: str
    title: re.Pattern[str]
    what: Bilingual
    clock: Bilingual
    law: tuple[Authority, ...]
    ask: Bilingual


@dataclass(frozen=True)
class Dated:
    """A date of a paper and what it seems to be of."""

    day: date
    of: Bilingual


@dataclass(frozen=True)
class Notice:
    """A paper in a turn: its kind, its dates, and the turn without it."""

    kind: Kind
    dates: tuple[Dated, ...]
    own: str
    """The turn with blanks where the paper stood, and a question if the person asks nothing."""

    def card(self, lang: ReplyLang) -> Card:
        """Say what it appears to be, its dates, and what the law says of times."""
        what = Bilingual(
            _IS.en.format(what=self.kind.what.en), _IS.es.format(what=self.kind.what.es)
        )
        told = Bilingual(*(_told(self.dates, english=one) for one in (True, False)))
        steps = (what, told, self.kind.clock)
        return Card("notice", say(_TITLE, lang, " / "), tuple(say(one, lang) for one in steps))


@dataclass(frozen=True)
class Notices:
    """All kinds of papers."""

    kinds: tuple[Kind, ...]
    marks: tuple[re.Pattern[str], ...]

    def find(self, text: str) -> Notice | None:
        """Give the paper in a turn; None where there is none."""
        if len(text) < _SHORTEST or not self.kinds:
            return None
        folded = fold(text[:MAX_FOLD_CHARS])
        marks = sum(bool(mark.search(folded.text)) for mark in self.marks)
        kind = next((one for one in self.kinds if one.title.search(folded.text)), None)
        if kind is None or marks < _MARKS_NEEDED:
            return None
        return Notice(kind, tuple(_dates(folded.text)), self._own(text, kind))

    def without(self, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        """Give a conversation without papers: with the person's own words only."""
        found = ((turn, self.find(turn.content)) for turn in turns)
        return tuple(
            Turn("user", notice.own) if notice and turn.role == "user" else turn
            for turn, notice in found
        )

    def _own(self, text: str, kind: Kind) -> str:
        """Keep paragraphs of the person before and after the paper, each in its place."""
        blocks = [match.span() for match in re.finditer(r"[^\n]+(?:\n(?!\s*\n)[^\n]+)*", text)]
        kept = [*self._until_paper(text, blocks)]
        if len(kept) < len(blocks):
            kept += self._until_paper(text, blocks[::-1])
        own = list(re.sub(r"[^\n]", " ", text))
        for start, end in kept:
            own[start:end] = text[start:end]
        said = "".join(own).rstrip()
        # Who only asks what this is wants to know what can be done to them.
        asks = any(map(str.isalnum, said)) and read((Turn("user", said),)).on_topic
        return said if asks else f"{said}\n{kind.ask[detect(said or text) or 'en']}".lstrip("\n")

    def _until_paper(
        self, text: str, blocks: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, int]]:
        for start, end in blocks:
            block = text[start:end]
            words = fold(block).text
            official = any(mark.search(words) for mark in self.marks) or block.isupper()
            if official or len(block) > _MOST_OWN or not _OWN.search(words):
                return
            yield start, end


NO_NOTICES = Notices((), ())


def load_notices(corpus_dir: Path, known: frozenset[str]) -> Notices:
    """Read the kinds; without a file there are none.

    Raises:
        CorpusError: an entry is malformed or rests on an authority that is not in the corpus.
    """
    path = corpus_dir / NOTICES_FILE
    if not path.exists():
        return NO_NOTICES
    data = read_toml(path)
    try:
        kinds = tuple(
            Kind(
                id=entry["id"],
                title=re.compile("|".join(f"(?:{one})" for one in entry["title"])),
                what=Bilingual(entry["en"], entry["es"]),
                clock=Bilingual(entry["clock_en"], entry["clock_es"]),
                law=tuple(map(Authority, entry["law"])),
                ask=Bilingual(entry["ask_en"], entry["ask_es"]),
            )
            for entry in data["notice"]
        )
        marks = tuple(map(re.compile, data["marks"]))
    except (KeyError, TypeError, re.error, UnknownAuthority) as error:
        raise CorpusError(f"lacks or does not know {error}", path=path) from None
    if missing := [law.path for one in kinds for law in one.law if law.path not in known]:
        raise CorpusError(f"rests on {missing[0]}, which the corpus does not have", path=path)
    return Notices(kinds, marks)


def _dates(text: str) -> Iterator[Dated]:
    """Find the dates of a folded paper, each day once; birthdays are left out."""
    seen: set[date] = set()
    for match in _DATE.finditer(text):
        day = _day(match)
        before = text[max(0, match.start() - _NEAR) : match.start()]
        near = re.split(r"\n\s*\n|;", before)[-1]
        if day is None or day in seen or _BORN.search(near[-30:]):
            continue
        seen.add(day)
        if len(seen) > _MOST_DATES:
            return
        yield Dated(day, _label(near, text[match.end() : match.end() + _NEAR]))


def _label(before: str, after: str) -> Bilingual:
    """Give what the words closest before a date, or else after it, say it is of."""
    found = [(m.end(), label) for words, label in _LABELS for m in words.finditer(before)]
    if found:
        return max(found, key=lambda one: one[0])[1]
    return next((label for words, label in _LABELS if words.search(after)), _UNSURE)


def _day(match: re.Match[str]) -> date | None:
    name = match["name"] or match["name2"]
    month = _MONTH_OF.get(name[:3], 0) if name else int(match["m3"])
    number = int(match["d1"] or match["d2"] or match["d3"])
    year = int(match["y1"] or match["y2"] or match["y3"])
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _told(dates: Sequence[Dated], *, english: bool) -> str:
    if not dates:
        return _NO_DATES.en if english else _NO_DATES.es
    lang: Lang = "en" if english else "es"
    months = _MONTH_NAMES[lang].split()
    listed = (
        _DAY[lang].format(month=months[one.day.month - 1], day=one.day.day, year=one.day.year)
        + f" ({one.of[lang]})"
        for one in dates
    )
    return _DATES[lang].format(dates="; ".join(listed))
