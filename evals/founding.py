"""The founding report, sentence by sentence: each is asked about in both languages.

``founding.toml`` lists the sentences; what it lists and what the set holds must be the same.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.sources.digest import Digest
from evals.cases import CaseSet
from evals.problems import RunFailed
from evals.schema import Question

SENTENCES = Path(__file__).with_name("founding.toml")
REPORT = "report/alternet-2025-02-cecot"
ORIGIN = "founding report"
"""Origin of every case written for a sentence of it."""


class Sentence(BaseModel):
    """One sentence in our words, the statement of the digest that tells it, and its cases."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    says: str = Field(min_length=1)
    told: str
    en: tuple[str, ...] = Field(min_length=1)
    es: tuple[str, ...] = Field(min_length=1)


class Report(BaseModel):
    """The whole report."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sentence: tuple[Sentence, ...] = Field(min_length=1)


def read_report(path: Path = SENTENCES) -> Report:
    """Read the sentences.

    Raises:
        RunFailed: the file is broken; says where.
    """
    try:
        return Report.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise RunFailed(f"{path} lists no sentences: {error}") from None


def uncovered(cases: CaseSet, digest: Digest, path: Path = SENTENCES) -> Iterator[str]:
    """Tell what is wrong between the report, the digest and the set.

    Args:
        cases: the whole set.
        digest: what tells the report; each of its statements must be listed.
        path: the list of sentences.

    Raises:
        RunFailed: the list is broken.
    """
    report = read_report(path)
    by_id = {one.id: one for one in cases.questions}
    told = {one.told for one in report.sentence}
    for statement in _statements(digest):
        if statement not in told:
            yield f"{path}: no sentence for {statement} of the digest"
    for one in report.sentence:
        if one.told not in digest.known:
            yield f"{path}: {one.says!r}: the digest has no {one.told}"
        for lang, named in (("en", one.en), ("es", one.es)):
            for name in named:
                wrong = _wrong(by_id, name, lang)
                if wrong:
                    yield f"{path}: {one.says!r}: {name} {wrong}"
    listed = {name for one in report.sentence for name in (*one.en, *one.es)}
    for case in cases.questions:
        first = case.variants.paraphrase_of or case.id
        if case.origin == ORIGIN and first not in listed:
            yield f"{cases.places[case.id]}: {case.id}: no sentence of {path.name} names it"


def _statements(digest: Digest) -> Iterator[str]:
    for section in digest.sections:
        if section.id.path == REPORT:
            for one in section.statements:
                # What the digest adds of the law is no sentence of the report.
                if one.confidence != "knowledge":
                    yield one.authority.path


def _wrong(by_id: Mapping[str, Question], name: str, lang: str) -> str:
    case = by_id.get(name)
    if case is None:
        return "does not exist"
    if case.lang != lang:
        return f"is not in {lang}"
    return "" if case.origin == ORIGIN else f"has another origin than {ORIGIN!r}"
