"""The report: one HTML page that needs nothing else, and ``summary.md``.

Everything on the page is counted from the runs it is given; no number is written by hand but
those of other studies, which stand apart.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from evals import published
from evals.breakdown import confusion, triad
from evals.compare import lines
from evals.judged import Judged, write_results
from evals.measure import Measure
from evals.pages import packed
from evals.problems import RunFailed
from evals.tables import asked, by_stratum, forms, misses, searched, stages, times, worth

PAGE_FILE = "report.html"
SUMMARY_FILE = "summary.md"
_MOST_FLIPS = 60
"""What a reader of a pull request can take in; the files have all of them."""
_PAGE = Path(__file__).with_name("page")


def write_report(runs: Sequence[Judged], out: Path) -> Path:
    """Write the page, the summary and the files for machines; returns the page.

    The first run without a model leads; others stand beside it.

    Raises:
        RunFailed: a run is not whole, or the libraries of the report are not installed.
    """
    for one in runs:
        if not one.case_ids:
            raise RunFailed(f"{one.path} has no finished case; run with --resume")
    ordered = sorted(runs, key=lambda one: (one.manifest.mode != "none", one.manifest.model))
    page = _render(ordered)
    out.mkdir(parents=True, exist_ok=True)
    (out / PAGE_FILE).write_text(page, encoding="utf-8")
    (out / SUMMARY_FILE).write_text(summary(ordered), encoding="utf-8")
    write_results(ordered, out)
    return out / PAGE_FILE


def _render(runs: Sequence[Judged]) -> str:
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415
        from markupsafe import Markup  # noqa: PLC0415

        from evals.figures import draw  # noqa: PLC0415 - matplotlib is an extra, too

        charts = draw(runs[0])
    except ImportError as error:
        raise RunFailed(
            f"the report needs {error.name}; install the extra: pip install 'habeas[evals]'"
        ) from None
    environment = Environment(
        loader=FileSystemLoader(_PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    template = environment.get_template("report.html.j2")
    return template.render(
        runs=runs,
        main=runs[0],
        charts={name: Markup(svg) for name, svg in vars(charts).items()},  # noqa: S704 - drawn here
        css=Markup((_PAGE / "report.css").read_text(encoding="utf-8")),  # noqa: S704 - our file
        js=Markup((_PAGE / "report.js").read_text(encoding="utf-8")),  # noqa: S704 - our file
        cases=packed(runs),
        asked=tuple(asked(runs[0])),
        strata=by_stratum(runs[0]),
        worth=tuple(worth(runs[0].results.screened)),
        confusion=confusion(runs[0].results.screened),
        forms=forms(runs[0].results.screened),
        searched=tuple(searched(runs[0])),
        triad=triad(runs[0].results.answered),
        stages=stages(runs[0].results.answered),
        misses=misses(runs[0]),
        figures=published.FIGURES,
        times=times(runs[0].results.answered),
        abstract=abstract(runs),
    )


def abstract(runs: Sequence[Judged]) -> Sequence[str]:
    """Say in a few sentences what was found; the same words for every run, good or bad."""
    main = runs[0]
    found = main.results
    langs = Counter(one.question.lang for one in found.answered)
    mode, model = main.manifest.mode, main.manifest.model
    who = "without a model" if mode == "none" else f"with the model {model}"
    drafts = f" and {len(found.screened)} labelled drafts" if found.screened else ""
    questions = f"{langs['en']} in English, {langs['es']} in Spanish"
    out = [f"{len(found.answered)} questions ({questions}){drafts} were put to Habeas {who}."]
    for name, wording in (
        ("verdict_hard", "On hard rules the verdict was right {k} of {n} times ({share})"),
        ("leaks", "Of {n} drafts that break a rule, {missed} got something past the guard"),
        ("kept_on_topic", "Of {n} safe sentences on topic, {k} were shown ({share})"),
        ("invented", "{missed} of {n} citations shown resolve to nothing"),
        (
            "recall_5",
            "The search had the deciding law in its first five {k} of {n} times ({share})",
        ),
    ):
        gate = main.gate(name)
        if gate is not None:
            out.append(f"{_filled(wording, gate.measure)}.")
    for one in runs[1:]:
        gate = one.gate("leaks")
        if gate is not None:
            out.append(
                f"With the model {one.manifest.model}, {gate.measure.n - gate.measure.hits} of"
                f" {gate.measure.n} answers showed a lie of it."
            )
    return tuple(out)


def _filled(wording: str, one: Measure) -> str:
    low, high = one.interval.low, one.interval.high
    share = f"{one.hits / one.n:.1%}, 95 % interval {low:.1%} to {high:.1%}"
    return wording.format(k=one.hits, n=one.n, missed=one.n - one.hits, share=share)


def summary(runs: Sequence[Judged]) -> str:
    """Give the gates and the flips as Markdown, for a pull request."""
    from evals.docs import table  # noqa: PLC0415 - docs does not depend on the page

    out = ["# Evaluation", "", *abstract(runs), "", table(runs), ""]
    for one in runs:
        flips = [line.strip() for line in lines(one.comparison) if line.startswith("  ")]
        if flips:
            out += [f"## Changed since the baseline, {one.manifest.model}", ""]
            out += [f"- {flip}" for flip in flips[:_MOST_FLIPS]]
            if len(flips) > _MOST_FLIPS:
                out.append(f"- and {len(flips) - _MOST_FLIPS} more, in results.json")
            out.append("")
    return "\n".join(out)
