"""A finished run, graded and held against its baseline; and its files for machines."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from evals.cases import CaseSet, load_set
from evals.compare import Comparison, Gate, compare, read_baseline
from evals.grade import Grade
from evals.measure import Answered, Results, Screened, measures, results
from evals.problems import RunFailed
from evals.record import Manifest, RunDir

RESULTS_FILE = "results.json"
JUNIT_FILE = "junit.xml"
_SCHEMA = 1


@dataclass(frozen=True)
class Judged:
    """One run with everything that is said of it."""

    path: Path
    manifest: Manifest
    cases: CaseSet
    results: Results
    comparison: Comparison

    @property
    def case_ids(self) -> tuple[str, ...]:
        """Cases that were finished."""
        return tuple(
            [one.question.id for one in self.results.answered]
            + [one.case.id for one in self.results.screened]
        )

    def gate(self, name: str) -> Gate | None:
        """A gate by the name of its measure; None where it has no items."""
        return next((one for one in self.comparison.gates if one.measure.name == name), None)

    def must_be_whole(self) -> None:
        """Refuse what was not finished.

        Raises:
            RunFailed: cases are missing, or only some were asked for.
        """
        if self.manifest.partial:
            raise RunFailed(f"{self.path} holds some cases only; run all of them")
        missing = self.manifest.wanted - len(self.case_ids)
        if missing:
            raise RunFailed(f"{self.path} lacks {missing} cases; run with --resume")


def judge(path: Path, questions: Path, guard_lines: Path | None, baseline: Path) -> Judged:
    """Grade what a run directory holds.

    Raises:
        RunFailed: there is no run, or the set or the baseline is damaged.
    """
    directory = RunDir(path)
    manifest = directory.manifest()
    cases = load_set(questions, guard_lines)
    found = results(cases, directory.finished())
    blessed = read_baseline(manifest.model, baseline)
    return Judged(path, manifest, cases, found, compare(measures(found), blessed))


def write_results(runs: Sequence[Judged], out: Path) -> None:
    """Write ``results.json`` and ``junit.xml`` of some runs."""
    out.mkdir(parents=True, exist_ok=True)
    worst = max(int(one.comparison.exit) for one in runs)
    whole = {"schema": _SCHEMA, "exit": worst, "runs": [_run(one) for one in runs]}
    text = json.dumps(whole, indent=1, ensure_ascii=False)
    (out / RESULTS_FILE).write_text(text + "\n", encoding="utf-8")
    root = ET.Element("testsuites", name="habeas evals")
    root.extend(suite for one in runs for suite in _suites(one))
    ET.indent(tree := ET.ElementTree(root))
    tree.write(out / JUNIT_FILE, encoding="utf-8", xml_declaration=True)


def _run(judged: Judged) -> Mapping[str, Any]:
    manifest = judged.manifest
    return {
        "exit": int(judged.comparison.exit),
        "run": {
            "mode": manifest.mode,
            "model": manifest.model,
            "seed": manifest.seed,
            "started": manifest.started.isoformat(),
            "commit": manifest.commit,
            "code": manifest.code,
            "corpus": manifest.corpus,
            "cases": manifest.cases,
            "machine": manifest.machine,
            "python": manifest.python,
            "wanted": manifest.wanted,
            "finished": len(judged.case_ids),
            "partial": manifest.partial,
        },
        "measures": [_measure(gate) for gate in judged.comparison.gates],
        "cases": [_case(one.grade, one) for one in _all(judged)],
    }


def _measure(gate: Gate) -> Mapping[str, Any]:
    one = gate.measure
    return {
        "name": one.name,
        "title": one.title,
        "gate": one.gate,
        "state": gate.state,
        "k": one.hits,
        "n": one.n,
        "seeds": one.seeds,
        "low": round(one.interval.low, 5),
        "high": round(one.interval.high, 5),
        "floor": one.floor,
        "failed": list(one.failed),
        "worse": list(gate.flips.worse),
        "better": list(gate.flips.better),
        "p": gate.flips.p,
        "reason": gate.reason,
    }


def _all(judged: Judged) -> list[Answered | Screened]:
    every: list[Answered | Screened] = [*judged.results.answered, *judged.results.screened]
    return sorted(every, key=lambda one: one.grade.id)


def _case(grade: Grade, one: Answered | Screened) -> Mapping[str, Any]:
    return {
        "id": grade.id,
        "lang": _lang(one),
        "stratum": list(_stratum(one)),
        "ok": grade.ok,
        "stage": grade.stage,
        "failed": [
            {"check": check.name, "stage": check.stage, "detail": check.detail}
            for check in grade.checks
            if not check.ok
        ],
    }


def _lang(one: Answered | Screened) -> str:
    return one.question.lang if isinstance(one, Answered) else one.case.lang


def _stratum(one: Answered | Screened) -> tuple[str, ...]:
    return one.question.stratum if isinstance(one, Answered) else ("drafts", one.part)


def _suites(judged: Judged) -> Iterator[ET.Element]:
    """One suite a stratum; a case stands in the first it names."""
    model = judged.manifest.model
    suites: dict[str, list[Answered | Screened]] = {}
    for one in _all(judged):
        suites.setdefault(_stratum(one)[0], []).append(one)
    for name, members in sorted(suites.items()):
        failures = sum(not one.grade.ok for one in members)
        suite = ET.Element("testsuite", name=f"{model}.{name}")
        suite.attrib.update(tests=str(len(members)), failures=str(failures))
        properties = ET.SubElement(suite, "properties")
        for key in ("corpus", "model", "commit", "code"):
            value = str(getattr(judged.manifest, key))
            ET.SubElement(properties, "property", name=key, value=value)
        for one in members:
            suite.append(_testcase(f"{model}.{name}", one))
        yield suite


def _testcase(suite: str, one: Answered | Screened) -> ET.Element:
    seconds = f"{one.seen.ms / 1000:.3f}"
    case = ET.Element("testcase", classname=f"evals.{suite}", name=one.grade.id, time=seconds)
    wrong = [check for check in one.grade.checks if not check.ok]
    if wrong:
        text = "\n".join(f"{check.stage} / {check.name}: {check.detail}" for check in wrong)
        failure = ET.SubElement(case, "failure", type=str(one.grade.stage))
        failure.set("message", _printable(wrong[0].detail or wrong[0].name))
        failure.text = _printable(text)
    return case


def _printable(text: str) -> str:
    # XML has no way at all to write most control characters, and attacks are full of them.
    return "".join(char for char in text if char in "\t\n" or char.isprintable())
