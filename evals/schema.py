"""What a question of the set is: one JSON object a line.

The models are the schema; ``question.schema.json`` is written from them (``python -m evals lint
--write-schema``) and a test holds the two together.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from bot.errors import UnknownAuthority
from bot.types import AnswerKind, Authority, Outcome, ReplyStatus, RuleId, Turn
from evals.problems import BadSet

SCHEMA_FILE = Path(__file__).with_name("question.schema.json")
REGEX = "re:"
"""What a phrase starts with that is a regular expression and no plain words."""

HARD_RULES: frozenset[RuleId] = frozenset(
    {
        "citizen_removal",
        "citizen_foreign_prison",
        "loss_of_citizenship",
        "torture",
        "persecution",
        "challenge",
    }
)
"""Rules nothing switches off; the policy rule and none are not among them."""
_HARD_OUTCOMES = frozenset({Outcome.FORBIDDEN, Outcome.BRANCH, Outcome.CONDITIONS})

_T = TypeVar("_T")


def _listed(value: object) -> object:
    """Read one value as a list of one: most questions accept one answer."""
    return value if isinstance(value, (list, tuple)) else [value]


def _authority(path: str) -> str:
    try:
        Authority(path)
    except UnknownAuthority as error:
        raise ValueError(str(error)) from None
    return path


def _phrase(text: str) -> str:
    if text.startswith(REGEX):
        try:
            re.compile(text.removeprefix(REGEX))
        except re.error as error:
            raise ValueError(f"{text!r} is no regular expression ({error})") from None
    return text


def _present(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


Path_ = Annotated[str, AfterValidator(_authority)]
Phrase = Annotated[str, Field(min_length=1), AfterValidator(_phrase)]
Text = Annotated[str, AfterValidator(_present)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class AskedTurn(_Frozen):
    """One message of the conversation."""

    role: Literal["user", "assistant"]
    content: Text

    @property
    def turn(self) -> Turn:
        """The same as the engine takes it."""
        return Turn(self.role, self.content)


class ExpectedVerdict(_Frozen):
    """The rule that must lead, and what it must say."""

    rule: RuleId
    outcome: Outcome


class ExpectedFact(_Frozen):
    """A fact that must be taken from the person's words; case and accents do not matter."""

    person: str
    field: Literal[
        "status", "birthplace", "naturalized", "derived", "document", "danger", "correction"
    ]
    value: str


class Expect(_Frozen):
    """What the answer must be; what is left out is not graded.

    ``status``, ``verdict`` and ``answer`` take one value or a list of those accepted; a verdict
    of ``null`` means that no rule may be met. Of ``must_cite_any`` each group must be met by one
    of its members. Phrases are compared without case and accents; ``re:`` starts a regular
    expression.
    """

    status: Annotated[
        tuple[ReplyStatus, ...],
        BeforeValidator(_listed, json_schema_input_type=ReplyStatus | list[ReplyStatus]),
    ] = ()
    verdict: Annotated[
        tuple[ExpectedVerdict | None, ...],
        BeforeValidator(
            _listed,
            json_schema_input_type=ExpectedVerdict | list[ExpectedVerdict | None] | None,
        ),
    ] = ()
    answer: Annotated[
        tuple[AnswerKind, ...],
        BeforeValidator(_listed, json_schema_input_type=AnswerKind | list[AnswerKind]),
    ] = ()
    must_cite_any: tuple[Annotated[tuple[Path_, ...], Field(min_length=1)], ...] = ()
    must_not_cite: tuple[Path_, ...] = ()
    must_say: tuple[Phrase, ...] = ()
    must_not_say: tuple[Phrase, ...] = ()
    facts: tuple[ExpectedFact, ...] = ()

    @property
    def hard(self) -> bool:
        """Whether only a hard rule's own answer is right."""
        return bool(self.verdict) and all(
            one is not None and one.rule in HARD_RULES and one.outcome in _HARD_OUTCOMES
            for one in self.verdict
        )

    @property
    def lookalike(self) -> bool:
        """Whether the act is lawful and only looks like a forbidden one."""
        return bool(self.verdict) and all(
            one is not None and one.outcome is Outcome.LAWFUL_BUT_DIFFERENT for one in self.verdict
        )


class Gold(_Frozen):
    """What the search must find: ``controlling`` decides the question, ``supporting`` helps."""

    controlling: tuple[Path_, ...] = ()
    supporting: tuple[Path_, ...] = ()


class Variants(_Frozen):
    """How a question hangs together with others: ids, and the family of an attack."""

    paraphrase_of: Name | None = None
    pair: Name | None = None
    attack: Name | None = None


class Question(_Frozen):
    """One case: a conversation and what its answer must be.

    Cases of one ``seed`` are wordings of one problem and count as one where independence matters.
    ``contested`` cases are reported and never gate.
    """

    id: Name
    seed: Name
    lang: Literal["en", "es", "other"]
    stratum: Annotated[tuple[Name, ...], Field(min_length=1)]
    as_of: date
    turns: Annotated[tuple[AskedTurn, ...], Field(min_length=1)]
    expect: Expect
    retrieval: Gold = Gold()
    variants: Variants = Variants()
    authority: Text
    rationale: Annotated[
        tuple[Text, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str])
    ]
    confidence: Literal["settled", "contested"] = "settled"
    origin: Text

    @model_validator(mode="after")
    def _ends_with_the_person(self) -> "Question":
        if self.turns[-1].role != "user":
            raise ValueError("turns: the last turn must be the person's")
        return self

    @property
    def conversation(self) -> tuple[Turn, ...]:
        """The turns as the engine takes them."""
        return tuple(one.turn for one in self.turns)

    @property
    def asked(self) -> str:
        """What the person says last."""
        return self.turns[-1].content

    @property
    def gates(self) -> bool:
        """Whether a wrong answer may break the build."""
        return self.confidence == "settled"


class DraftCase(_Frozen):
    """A model's draft with a label: what the screen must stop, and what it must let through.

    ``bad`` are the places of the violating sentences, from 0; in a violating draft without it the
    last sentence is.
    """

    id: Name
    lang: Literal["en", "es", "other"]
    question: Text
    history: tuple[AskedTurn, ...] = ()
    draft: Text
    label: Literal["violating", "safe"]
    bad: tuple[int, ...] = ()
    form: str = ""
    why: str = ""


@dataclass(frozen=True)
class Place:
    """Where a case stands."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Placed:
    """A question with its place in the files."""

    question: Question
    place: Place


def read_questions(path: Path) -> Iterator[Placed]:
    """Read one file of questions.

    Raises:
        BadSet: a line is no question; the message names file, line, field and reason.
    """
    for place, question in read_lines(path, Question.model_validate_json):
        yield Placed(question, place)


def read_lines(path: Path, parse: Callable[[str], _T]) -> Iterator[tuple[Place, _T]]:
    """Read one JSON object a line, blank lines left out.

    Raises:
        BadSet: the file cannot be read or a line does not parse.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadSet(f"cannot be read ({error})", path=path, line=1) from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield Place(path, number), parse(line)
        except ValidationError as error:
            raise BadSet(_reasons(error), path=path, line=number) from None
        except ValueError as error:
            raise BadSet(f"is no case ({error})", path=path, line=number) from None


def digest_of(case: BaseModel) -> str:
    """First 12 hex digits of a SHA-256 over a case: another hash, another case."""
    return hashlib.sha256(case.model_dump_json().encode()).hexdigest()[:12]


def json_schema() -> str:
    """Give the JSON Schema of a question, as the file holds it."""
    schema: Mapping[str, Any] = Question.model_json_schema(mode="validation")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(head, indent=1, ensure_ascii=False) + "\n"


def _reasons(error: ValidationError) -> str:
    parts = []
    for one in error.errors():
        where = ".".join(str(part) for part in one["loc"])
        parts.append(f"{where}: {one['msg']}" if where else one["msg"])
    return "; ".join(dict.fromkeys(parts))
