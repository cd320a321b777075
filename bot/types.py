"""The nouns that pass between modules: all frozen, none knows how it is stored or shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from bot.errors import UnknownAuthority

Lang = Literal["en", "es"]
"""A language Habeas speaks."""

ReplyLang = Literal["en", "es", "en+es"]
"""Language of a reply; ``en+es`` when the question is in neither."""

Tongue = Literal["pt", "ht", "zh-Hans", "zh-Hant", "vi", "ar", "fr", "tl", "ru", "other"]
"""A language Habeas does not speak: one it has a card for (a BCP 47 tag), or any other."""

Layer = Literal["digest", "official", "user"]
"""Whose words: ours about the law, the law's own, or a document the operator added."""

Confidence = Literal["text", "knowledge"]
"""Whether a statement was read in the source itself or rests on other pages."""

AuthorityKind = Literal[
    "usc", "cfr", "const", "case", "treaty", "note", "eo", "directive", "guide", "report", "doc"
]
"""``doc`` is a document the operator added: ``doc/notice-1a2b3c4d/p3/120``, page and offset."""

_AUTHORITY = re.compile(
    r"(?:usc|cfr|const|case|treaty|note|eo|directive|guide|report|doc)(?:/[A-Za-z0-9][A-Za-z0-9.~-]*)+"
)
_UNIT_PARTS: Mapping[str, int] = {"usc": 3, "cfr": 3, "const": 3, "treaty": 3}


@dataclass(frozen=True, order=True)
class Authority:
    """A path to a provision, from the whole to the pinpoint: ``usc/8/1231/b/3/A``.

    Raises:
        UnknownAuthority: the path is malformed.
    """

    path: str

    def __post_init__(self) -> None:
        if not _AUTHORITY.fullmatch(self.path):
            raise UnknownAuthority(
                f"{self.path[:200]!r} is not an authority path; write it like usc/8/1231/b/3/A"
            )

    @property
    def kind(self) -> AuthorityKind:
        """First part of the path."""
        return self.path.split("/", 1)[0]  # type: ignore[return-value]

    @property
    def unit(self) -> "Authority":
        """The section, article, case or guide that the pinpoint is in: ``usc/8/1231``."""
        parts = self.path.split("/")
        size = _UNIT_PARTS.get(parts[0], 2)
        if parts[:2] == ["const", "art"]:
            size = 4
        return Authority("/".join(parts[:size]))

    @property
    def pinpoint(self) -> str:
        """What follows the unit, ``b/3/A``; empty for the unit as a whole."""
        return self.path[len(self.unit.path) + 1 :]

    def within(self, other: "Authority") -> bool:
        """Whether this is ``other`` or a part of it."""
        return self.path == other.path or self.path.startswith(other.path + "/")

    def __str__(self) -> str:
        return self.path


@dataclass(frozen=True)
class Bilingual:
    """The same thing said in both languages."""

    en: str
    es: str

    def __getitem__(self, lang: Lang) -> str:
        return self.en if lang == "en" else self.es


@dataclass(frozen=True)
class Questions:
    """Lay questions a statement answers, in each language."""

    en: tuple[str, ...] = ()
    es: tuple[str, ...] = ()

    def __getitem__(self, lang: Lang) -> tuple[str, ...]:
        return self.en if lang == "en" else self.es


@dataclass(frozen=True)
class Statement:
    """One thing one provision says, in our own words.

    ``line`` is where its heading stands in the file, for error messages.
    """

    authority: Authority
    text: Bilingual
    ask: Questions = Questions()
    confidence: Confidence = "text"
    contested: bool = False
    see: tuple[Authority, ...] = ()
    note: str = ""
    line: int = 0


@dataclass(frozen=True)
class Section:
    """One file of a source: a section, case, treaty article, guide or report.

    ``as_of`` names the release or date of the source text that was read and is shown to people;
    ``checked_on`` is the day someone read it and is never shown as the law's date.
    """

    id: Authority
    title: Bilingual
    url: str
    as_of: str
    checked_on: date
    statements: tuple[Statement, ...]
    topics: tuple[str, ...] = ()
    ina: str = ""
    citation: str = ""
    status: Literal["in_force", "repealed", "reserved", "invalid"] = "in_force"
    layer: Layer = "digest"
    source: str = ""


@dataclass(frozen=True)
class Passage:
    """What is indexed and quoted: one statement with its section's name, date and link.

    ``id`` is the authority path with a content hash (``usc/8/1231/b/3/A@1f0c2a9b``), so two
    statements on one pinpoint differ.
    """

    id: str
    authority: Authority
    layer: Layer
    title: Bilingual
    text: Bilingual
    ask: Questions
    url: str
    as_of: str
    confidence: Confidence = "text"
    contested: bool = False
    see: tuple[Authority, ...] = ()
    topics: tuple[str, ...] = ()
    official: str | None = None
    """The law's own words, where official text is installed."""


Arm = Literal["citation", "lexical", "dense", "questions", "see", "rule", "official"]
"""How a passage was found; ``rule`` where the rules say that the question turns on it."""


@dataclass(frozen=True)
class Hit:
    """A passage found for a query; ``score`` is comparable only within one search.

    ``ruled`` is the part of the score that is not the question's own words but the rules' vote.
    """

    passage: Passage
    score: float
    arms: tuple[Arm, ...]
    ruled: float = 0.0

    @property
    def asked(self) -> float:
        """The part of the score that the question's own words gave."""
        return self.score - self.ruled


@dataclass(frozen=True)
class Turn:
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


# What the guard knows


class Status(StrEnum):
    """What a person can be under 8 U.S.C. 1101; what is known is a non-empty set of these."""

    CITIZEN_BY_BIRTH = "citizen_by_birth"
    CITIZEN_NATURALIZED = "citizen_naturalized"
    CITIZEN_DERIVED = "citizen_derived"
    NATIONAL = "national"
    FORMER_CITIZEN = "former_citizen"
    PERMANENT_RESIDENT = "permanent_resident"
    OTHER_ALIEN = "other_alien"


CITIZENS: frozenset[Status] = frozenset(
    {Status.CITIZEN_BY_BIRTH, Status.CITIZEN_NATURALIZED, Status.CITIZEN_DERIVED}
)
PROTECTED: frozenset[Status] = CITIZENS | {Status.NATIONAL}
ALIENS: frozenset[Status] = frozenset(Status) - PROTECTED
ANYONE: frozenset[Status] = frozenset(Status)


class Action(StrEnum):
    """What is asked about."""

    REMOVE = "remove"
    THIRD_COUNTRY = "third_country"
    FOREIGN_PRISON = "foreign_prison"
    REFUSE_ENTRY = "refuse_entry"
    UNCLEAR = "unclear"
    STRIP_CITIZENSHIP = "strip_citizenship"
    DENATURALIZE = "denaturalize"
    CANCEL_DOCUMENT = "cancel_document"
    EXTRADITE = "extradite"
    TRANSFER_BY_CONSENT = "transfer_by_consent"
    RELINQUISH = "relinquish"
    DEPART = "depart"
    EXPELLED_BY_FOREIGN_STATE = "expelled_by_foreign_state"
    RETURN_OF_CHILD = "return_of_child"
    MOVE_INSIDE_COUNTRY = "move_inside_country"
    MILITARY_ORDER = "military_order"
    QUARANTINE = "quarantine"
    FLIGHT_BAN = "flight_ban"
    DETAIN = "detain"
    DENY_REVIEW = "deny_review"
    OTHER = "other"


BESIDE_REMOVAL: frozenset[Action] = frozenset(
    {
        Action.RETURN_OF_CHILD,
        Action.MOVE_INSIDE_COUNTRY,
        Action.MILITARY_ORDER,
        Action.QUARANTINE,
        Action.FLIGHT_BAN,
    }
)
"""Acts that people take for removal and that hide the word where both stand in one sentence."""

REMOVAL_LIKE: frozenset[Action] = frozenset(
    {
        Action.REMOVE,
        Action.THIRD_COUNTRY,
        Action.FOREIGN_PRISON,
        Action.REFUSE_ENTRY,
        Action.UNCLEAR,
    }
)


class Danger(StrEnum):
    """Danger a person states; only their own words set it."""

    NONE_STATED = "none_stated"
    PERSECUTION = "persecution"
    TORTURE = "torture"


@dataclass(frozen=True)
class Fact:
    """One thing taken from a person's own words, so that it can be shown and corrected.

    ``person`` is ``self``, ``someone`` or a relation word (``mother``); ``span`` is in code points
    of the original turn ``turn`` (0-based in the conversation).
    """

    person: str
    field: Literal[
        "status", "birthplace", "naturalized", "derived", "document", "danger", "correction"
    ]
    value: str
    turn: int
    span: tuple[int, int]
    quote: str


class Outcome(StrEnum):
    """Strongest first: the order decides which of several rules leads."""

    FORBIDDEN = "forbidden"
    BRANCH = "branch"
    CONDITIONS = "conditions"
    LAWFUL_BUT_DIFFERENT = "lawful_but_different"
    NOT_COVERED = "not_covered"


RuleId = Literal[
    "citizen_removal",
    "citizen_foreign_prison",
    "loss_of_citizenship",
    "torture",
    "persecution",
    "third_country",
    "challenge",
    "none",
]


@dataclass(frozen=True)
class Verdict:
    """What the rules say of the states a question puts."""

    rule: RuleId
    outcome: Outcome
    also: tuple[RuleId, ...]
    authorities: tuple[Authority, ...]
    facts: tuple[Fact, ...]
    kind: Literal["hard", "policy"]
    contested: bool
    as_of: str


DropReason = Literal[
    "asserts_removal",
    "asserts_prison",
    "asserts_loss",
    "asserts_torture",
    "asserts_persecution",
    "asserts_no_challenge",
    "bare_yes_no",
    "unknown_citation",
    "uncited",
    "wrong_language",
    "alphabet",
    "unreadable",
]


@dataclass(frozen=True)
class Dropped:
    """A sentence of a draft that was not shown, and why."""

    text: str
    reason: DropReason


# What a person gets


@dataclass(frozen=True)
class OfficialChange:
    """How official words compare with those of the release installed before.

    ``since`` names that release; ``excerpt`` shows what changed, old words after ``-``, new ones
    after ``+``.
    """

    kind: Literal["same", "changed", "new", "gone"]
    since: str
    excerpt: tuple[str, ...] = ()


@dataclass(frozen=True)
class Citation:
    """One authority an answer rests on.

    ``quote`` holds official words where installed, with their release or day and the day they
    were fetched (``2026-11-24``, empty where not known), and how they compare with the release
    before, where one is installed, and ``quote_lead`` the words above that they go on from;
    ``says`` our own words.
    """

    id: Authority
    label: str
    url: str
    as_of: str
    quote: str | None
    says: str
    confidence: Confidence = "text"
    contested: bool = False
    quote_as_of: str = ""
    quote_fetched_on: str = ""
    quote_change: OfficialChange | None = None
    quote_lead: str = ""


ReplyStatus = Literal["ruled", "unavailable", "out_of_scope", "abstained", "answered"]
Flag = Literal[
    "contested",
    "outdated",
    "needs_fact",
    "emergency",
    "degraded",
    "false_premise",
    "user_document",
]
AnswerKind = Literal["yes", "no", "depends", "info"]


@dataclass(frozen=True)
class Opening:
    """The statement of law on a hard rule: written by code, first, complete in itself (tier 0)."""

    text: str
    verdict: Verdict


@dataclass(frozen=True)
class Understood:
    """What was taken from the person's own words, so that they can correct it."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Card:
    """Short list of steps, shown before the law: for an emergency, or in the person's language.

    Where life is in danger it comes before the opening too. ``tongue`` names the language where
    it is not that of the reply.
    """

    id: str
    title: str
    steps: tuple[str, ...]
    tongue: Tongue | None = None

    @property
    def first(self) -> bool:
        """Whether life is in danger: nothing comes before it, not even the opening."""
        return self.id in {"self_harm", "danger_now"}


@dataclass(frozen=True)
class LawStatement:
    """One statement of the corpus, shown with its citation (tier 1)."""

    text: str
    citation: Citation


@dataclass(frozen=True)
class Sentence:
    """One screened sentence of the model, with the authorities it rests on (tier 2)."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Sources:
    """All citations of the answer, in order of first use."""

    citations: tuple[Citation, ...]


NoteCode = Literal[
    "dropped",
    "model_down",
    "budget",
    "search_down",
    "abstained",
    "out_of_scope",
    "contested",
    "needs_fact",
    "outdated",
    "language",
    "not_advice",
    "unknown_citation",
    "user_document",
]


@dataclass(frozen=True)
class Note:
    """Something about the answer a person should know."""

    code: NoteCode
    text: str


@dataclass(frozen=True)
class Reply:
    """A whole answer: what every channel renders and every evaluation grades."""

    status: ReplyStatus
    flags: tuple[Flag, ...]
    answer: AnswerKind
    lang: ReplyLang
    verdict: Verdict | None
    text: str
    citations: tuple[Citation, ...]
    facts: tuple[Fact, ...]
    dropped: tuple[Dropped, ...]
    corpus: str
    """Hash of the corpus the answer was read from."""
    ms: float = field(compare=False, default=0.0)


About = Literal["good", "bad", "wrong_citation", "wrong_law"]
"""What somebody says of an answer."""


@dataclass(frozen=True)
class Done:
    """The last event: the whole answer."""

    reply: Reply


Event = Opening | Understood | Card | LawStatement | Sentence | Sources | Note | Done
"""What an answer streams, in this order; where life is in danger, its card comes first."""
