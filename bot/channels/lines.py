"""Questions and answers as JSON: one shape for the command line, the API and the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic_core import ErrorDetails

from bot.engine import GuardedDraft, LawText, OfficialWords
from bot.errors import BadHistory, BadInput, HabeasError
from bot.text.language import detect
from bot.types import (
    Card,
    Citation,
    Done,
    Event,
    Fact,
    Hit,
    Lang,
    LawStatement,
    Note,
    OfficialChange,
    Opening,
    Reply,
    Sentence,
    Sources,
    Turn,
    Understood,
    Verdict,
)

Json = dict[str, object]
"""A JSON object, ready to be written."""

LineId = str | int | None
"""What a caller named its line by; given back unchanged."""


class _Line(BaseModel):
    """A line that is read: keys it does not know are refused, texts are not converted."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: Annotated[LineId, Field(description="Given back unchanged with the answer.")] = None
    lang: Annotated[
        Lang | None,
        Field(description="Language to answer in; left out, that of the question."),
    ] = None


class TurnLine(BaseModel):
    """One message of a conversation."""

    model_config = ConfigDict(extra="forbid", strict=True)

    role: Literal["user", "assistant"]
    content: str

    @property
    def turn(self) -> Turn:
        """As the engine takes it."""
        return Turn(self.role, self.content)


_TURNS = TypeAdapter(list[TurnLine])


class AskLine(_Line):
    """A question: ``turns``, the last of them the person's, or ``question`` after ``history``."""

    turns: Annotated[
        list[TurnLine] | None, Field(description="The conversation, oldest first.")
    ] = None
    question: Annotated[str | None, Field(description="The question, instead of `turns`.")] = None
    history: Annotated[
        list[TurnLine] | None, Field(description="What was said before `question`.")
    ] = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.turns is None) == (self.question is None):
            raise ValueError("give either `turns` or `question`")
        if self.turns is not None and self.history is not None:
            raise ValueError("`history` goes with `question`, not with `turns`")
        return self

    @property
    def conversation(self) -> tuple[Turn, ...]:
        """The conversation as the engine takes it."""
        if self.question is None:
            return tuple(one.turn for one in self.turns or ())
        return (*(one.turn for one in self.history or ()), Turn("user", self.question))


class SearchLine(_Line):
    """A search."""

    q: Annotated[str, Field(description="What to look for.")]
    k: Annotated[int | None, Field(ge=1, le=50, description="Most passages to give.")] = None


class GuardLine(_Line):
    """A draft written elsewhere, to be put through the guard."""

    question: str
    draft: str
    history: list[TurnLine] = []
    passages: Annotated[
        list[str] | None, Field(description="Passages the draft may cite, as `p1`, `p2` …")
    ] = None


@dataclass(frozen=True)
class EventLine:
    """An event's name and its data."""

    name: Literal[
        "opening", "understood", "card", "statement", "sentence", "sources", "note", "done"
    ]
    data: Json


def event_line(event: Event, line_id: LineId = None) -> EventLine:
    """Give an event as data; ``done`` carries the whole reply."""
    line: EventLine
    match event:
        case Opening(text=text, verdict=verdict):
            line = EventLine("opening", {"text": text, "verdict": verdict_line(verdict)})
        case Understood(facts=facts):
            line = EventLine("understood", {"facts": [_fact(one) for one in facts]})
        case Card(id=name, title=title, steps=steps, tongue=tongue):
            card: Json = {"id": name, "title": title, "steps": list(steps), "tongue": tongue}
            line = EventLine("card", card)
        case LawStatement(text=text, citation=citation):
            line = EventLine("statement", {"text": text, "citation": citation_line(citation)})
        case Sentence(text=text, citations=citations):
            line = EventLine("sentence", {"text": text, **_citations(citations)})
        case Sources(citations=citations):
            line = EventLine("sources", _citations(citations))
        case Note(code=code, text=text):
            line = EventLine("note", {"code": code, "text": text})
        case Done(reply=reply):
            line = EventLine("done", reply_line(reply, line_id))
    return line


def reply_line(reply: Reply, line_id: LineId = None) -> Json:
    """Give a whole answer as data. What was dropped is counted, never quoted."""
    return {
        "id": line_id,
        "status": reply.status,
        "flags": list(reply.flags),
        "answer": reply.answer,
        "lang": reply.lang,
        "verdict": verdict_line(reply.verdict) if reply.verdict else None,
        "text": reply.text,
        **_citations(reply.citations),
        "facts": [_fact(one) for one in reply.facts],
        "dropped": len(reply.dropped),
        "corpus": reply.corpus,
        "ms": round(reply.ms, 1),
    }


def verdict_line(verdict: Verdict) -> Json:
    """Give a verdict as data."""
    return {"rule": verdict.rule, "outcome": str(verdict.outcome), "also": list(verdict.also)}


def citation_line(citation: Citation) -> Json:
    """Give a citation as data; what is known of a quotation only where there is one."""
    quoted: Json = {}
    if citation.quote_as_of or citation.quote_fetched_on:
        quoted = {"quote_as_of": citation.quote_as_of}
        quoted["quote_fetched_on"] = citation.quote_fetched_on or None
    return {
        "id": citation.id.path,
        "label": citation.label,
        "url": citation.url,
        "as_of": citation.as_of,
        "quote": citation.quote,
        "says": citation.says,
        **quoted,
    }


def search_line(
    hits: Sequence[Hit], q: str, lang: Lang | None = None, line_id: LineId = None
) -> Json:
    """Give what a search found as data, in the language asked for or else that of the query."""
    shown = lang or detect(q) or "en"
    return {
        "id": line_id,
        "hits": [
            {
                "id": hit.passage.id,
                "layer": hit.passage.layer,
                "score": round(hit.score, 6),
                "arms": list(hit.arms),
                "text": hit.passage.text[shown],
            }
            for hit in hits
        ],
    }


def guard_line(draft: GuardedDraft, line_id: LineId = None) -> Json:
    """Give a guarded draft as data."""
    return {
        "id": line_id,
        "verdict": verdict_line(draft.verdict) if draft.verdict else None,
        "opening": draft.opening,
        "kept": list(draft.kept),
        "dropped": [{"text": one.text, "reason": one.reason} for one in draft.dropped],
        "text": draft.text,
    }


def law_line(law: LawText) -> Json:
    """Give what is known of an authority as data; ``official`` only where text is installed."""
    official: Json = {"official": official_line(law.official)} if law.official else {}
    if law.change:
        official["change"] = change_line(law.change)
    section = law.section
    if section is None:
        return {**_without_digest(law.official), **official}
    return {
        "id": section.id.path,
        "title": {"en": section.title.en, "es": section.title.es},
        "citation": section.citation,
        "status": section.status,
        "url": section.url,
        "as_of": section.as_of,
        "layer": section.layer,
        "statements": [
            {
                "id": one.authority.path,
                "en": one.text.en,
                "es": one.text.es,
                "confidence": one.confidence,
                "contested": one.contested,
                "see": [other.path for other in one.see],
            }
            for one in law.statements
        ],
        **official,
    }


def official_line(words: OfficialWords) -> Json:
    """Give official words as data."""
    return {
        "id": words.authority.path,
        "heading": words.heading,
        "lead": list(words.lead),
        "words": words.words,
        "status": words.status,
        "as_of": words.release,
        "fetched_on": words.fetched_on.isoformat() if words.fetched_on else None,
        "url": words.url,
    }


def change_line(change: OfficialChange) -> Json:
    """Give as data how official words compare with the release before."""
    return {"kind": change.kind, "since": change.since, "excerpt": list(change.excerpt)}


def _without_digest(words: OfficialWords | None) -> Json:
    heading, path = (words.heading, words.authority.unit.path) if words else ("", "")
    return {
        "id": path,
        "title": {"en": heading, "es": heading},
        "citation": "",
        "status": words.status if words else "",
        "url": words.url if words else "",
        "as_of": words.release if words else "",
        "layer": "official",
        "statements": [],
    }


def error_line(error: HabeasError, line_id: LineId = None) -> Json:
    """Give an error as data."""
    return {"id": line_id, "error": {"code": error.code, "message": str(error)}}


def read_turns(text: str) -> tuple[Turn, ...]:
    """Read a JSON list of turns; nothing at all is an empty conversation.

    Raises:
        BadHistory: it is not a list of turns.
    """
    if not text.strip():
        return ()
    try:
        return tuple(line.turn for line in _TURNS.validate_json(text))
    except ValidationError:
        raise BadHistory("the conversation is not a list of turns; start a new one") from None


def write_turns(turns: Sequence[Turn]) -> str:
    """Write turns as ``read_turns`` reads them."""
    lines = [TurnLine(role=one.role, content=one.content) for one in turns]
    return _TURNS.dump_json(lines).decode()


def bad_line(error: ValidationError) -> BadInput:
    """Say what is wrong with a line without repeating what somebody wrote in it."""
    return BadInput("; ".join(map(_problem, error.errors(include_input=False))))


def _problem(one: ErrorDetails) -> str:
    where = ".".join(str(part) for part in one["loc"]) or "the line"
    return f"{where}: {one['msg']}"


def _citations(citations: Sequence[Citation]) -> Json:
    return {"citations": [citation_line(one) for one in citations]}


def _fact(fact: Fact) -> Json:
    return {
        "person": fact.person,
        "field": fact.field,
        "value": fact.value,
        "turn": fact.turn,
        "span": list(fact.span),
        "quote": fact.quote,
    }
