"""The operator's page as HTML, in both languages."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from bot.channels.metrics import Health, Tally, Times
from bot.channels.page.shell import STATIC_DIR
from bot.sources.coverage import Area
from bot.types import Bilingual, Lang


@dataclass(frozen=True)
class Law:
    """What is served: hashes are cut short; ``index`` and ``release`` are empty where none is."""

    areas: tuple[Area, ...]
    missing: int
    corpus: str
    rules: str
    index: str
    layers: tuple[Tally, ...]
    release: str
    fetched: date | None


@dataclass(frozen=True)
class Shown:
    """All that the page shows; feedback is None where the database cannot be read."""

    law: Law
    search: bool
    model: Health | None
    by_rule: tuple[Tally, ...]
    by_status: tuple[Tally, ...]
    dropped: tuple[Tally, ...]
    times: tuple[Times, ...]
    feedback: tuple[Tally, ...] | None
    against: tuple[Tally, ...] | None


_T = {
    "title": Bilingual("Habeas for its operator", "Habeas para quien lo opera"),
    "lead": Bilingual(
        "Counts of this process since it started. No words and nobody who asked are in them.",
        "Cuentas de este proceso desde que arrancó. No tienen palabras ni a quien preguntó.",
    ),
    "other": Bilingual("Español", "English"),
    "now": Bilingual("Now", "Ahora"),
    "search": Bilingual("Search", "Búsqueda"),
    "up": Bilingual("ready", "lista"),
    "down": Bilingual("down: see /readyz and the log", "caída: vea /readyz y el registro"),
    "model": Bilingual("Model", "Modelo"),
    "none": Bilingual("none", "ninguno"),
    "not asked yet": Bilingual("not asked yet", "aún no se le preguntó"),
    "answers": Bilingual("answers", "contesta"),
    "failing": Bilingual(
        "failing: answers come from the law itself", "falla: contesta la ley sola"
    ),
    "index": Bilingual("Index", "Índice"),
    "no_index": Bilingual("none: run habeas corpus build", "ninguno: corra habeas corpus build"),
    "digest": Bilingual("Digest", "Compendio"),
    "rules": Bilingual("Rules", "Reglas"),
    "release": Bilingual("Official text", "Texto oficial"),
    "no_release": Bilingual("none installed (make law)", "ninguno instalado (make law)"),
    "fetched": Bilingual("fetched", "traído"),
    "times": Bilingual("Time to the whole answer", "Tiempo hasta la respuesta entera"),
    "half": Bilingual("half under", "la mitad en menos de"),
    "most": Bilingual("95 of 100 under", "95 de 100 en menos de"),
    "guard": Bilingual("What the guard decided", "Lo que decidió la guardia"),
    "rule": Bilingual("Rule", "Regla"),
    "status": Bilingual("Kind of answer", "Clase de respuesta"),
    "dropped": Bilingual("A model's sentences left out", "Frases de un modelo que se omitieron"),
    "feedback": Bilingual("What people said", "Lo que dijo la gente"),
    "said": Bilingual("Said", "Dicho"),
    "against": Bilingual("Against, by rule", "En contra, por regla"),
    "unread": Bilingual(
        "The database cannot be read: run habeas doctor.",
        "No se puede leer la base de datos: corra habeas doctor.",
    ),
    "words": Bilingual(
        "Their words are read with: habeas feedback list",
        "Sus palabras se leen con: habeas feedback list",
    ),
    "coverage": Bilingual("Coverage", "Cobertura"),
    "missing": Bilingual(
        "things the list wants have no statement yet: habeas corpus coverage",
        "cosas de la lista aún no tienen enunciado: habeas corpus coverage",
    ),
    "area": Bilingual("Area", "Área"),
    "files": Bilingual("Files", "Archivos"),
    "statements": Bilingual("Statements", "Enunciados"),
    "knowledge": Bilingual("Not checked", "Sin cotejar"),
    "contested": Bilingual("Contested", "Discutidos"),
    "oldest": Bilingual("Oldest check", "Cotejo más viejo"),
    "channel": Bilingual("Channel", "Canal"),
    "count": Bilingual("Count", "Cuenta"),
    "nothing": Bilingual("Nothing yet.", "Nada todavía."),
}
_AREAS = {
    "const": Bilingual("Constitution", "Constitución"),
    "treaty": Bilingual("Treaties", "Tratados"),
    "note": Bilingual("Notes to the Code", "Notas al Código"),
    "eo": Bilingual("Executive orders", "Órdenes ejecutivas"),
    "directive": Bilingual("Directives", "Directivas"),
    "case": Bilingual("Cases", "Casos"),
    "guide": Bilingual("Guides", "Guías"),
    "report": Bilingual("Reports", "Informes"),
}


def admin_html(shown: Shown, lang: Lang) -> str:
    """Write the whole page."""
    style = hashlib.sha256((STATIC_DIR / "admin.css").read_bytes()).hexdigest()[:10]
    other = "en" if lang == "es" else "es"
    parts = (
        _section("now", lang, _now(shown, lang)),
        _section("times", lang, _times(shown.times, lang)),
        _section(
            "guard",
            lang,
            _tallies("rule", shown.by_rule, lang)
            + _tallies("status", shown.by_status, lang)
            + _tallies("dropped", shown.dropped, lang),
        ),
        _section("feedback", lang, _feedback(shown, lang)),
        _section("coverage", lang, _coverage(shown.law, lang), wide=True),
    )
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex"><link rel="icon" href="page/icon.svg">'
        f'<title>{_t("title", lang)}</title><link rel="stylesheet" href="page/admin.css?{style}">'
        f"</head><body><header><h1>{_t('title', lang)}</h1>"
        f'<a href="admin?lang={other}" lang="{other}">{_t("other", lang)}</a></header>'
        f'<main><p class="lead">{_t("lead", lang)}</p>{"".join(parts)}</main></body></html>'
    )


def _t(key: str, lang: Lang) -> str:
    return escape(_T[key][lang])


def _section(key: str, lang: Lang, body: str, *, wide: bool = False) -> str:
    kind = ' class="wide"' if wide else ""
    head = f'<h2 id="{key}">{_t(key, lang)}</h2>'
    return f'<section{kind} aria-labelledby="{key}">{head}{body}</section>'


def _now(shown: Shown, lang: Lang) -> str:
    law = shown.law
    fetched = f", {_t('fetched', lang)} {law.fetched.isoformat()}" if law.fetched else ""
    layers = ", ".join(f"{one.count:,} {escape(one.name)}" for one in law.layers)
    facts = (
        ("search", _t("up" if shown.search else "down", lang)),
        ("model", _t(shown.model or "none", lang)),
        ("index", f"<code>{law.index}</code> {layers}" if law.index else _t("no_index", lang)),
        ("digest", f"<code>{law.corpus}</code>"),
        ("rules", f"<code>{law.rules}</code>"),
        ("release", escape(law.release) + fetched if law.release else _t("no_release", lang)),
    )
    rows = "".join(f"<dt>{_t(key, lang)}</dt><dd>{value}</dd>" for key, value in facts)
    return f"<dl>{rows}</dl>"


def _times(times: Sequence[Times], lang: Lang) -> str:
    rows = (
        (escape(one.channel), str(one.count), _seconds(one.half_s), _seconds(one.most_s))
        for one in times
    )
    return _table(("channel", "count", "half", "most"), tuple(rows), lang)


def _seconds(seconds: float) -> str:
    return "&gt; 60 s" if seconds == float("inf") else f"{seconds:g} s"


def _tallies(head: str, tallies: Sequence[Tally], lang: Lang) -> str:
    rows = tuple((f"<code>{escape(one.name or '—')}</code>", f"{one.count:,}") for one in tallies)
    return _table((head, "count"), rows, lang)


def _feedback(shown: Shown, lang: Lang) -> str:
    if shown.feedback is None or shown.against is None:
        return f'<p class="bad">{_t("unread", lang)}</p>'
    tables = _tallies("said", shown.feedback, lang) + _tallies("against", shown.against, lang)
    return f"{tables}<p>{_t('words', lang)}</p>"


def _coverage(law: Law, lang: Lang) -> str:
    heads = ("area", "files", "statements", "knowledge", "contested", "oldest")
    rows = (
        (
            escape(_area(one.name, lang)),
            *(f"{n:,}" for n in (one.files, one.statements, one.knowledge, one.contested)),
            one.oldest.isoformat(),
        )
        for one in law.areas
    )
    gap = f"<p>{law.missing:,} {_t('missing', lang)}</p>" if law.missing else ""
    return gap + _table(heads, tuple(rows), lang)


def _area(name: str, lang: Lang) -> str:
    kind, _, title = name.partition("/")
    if kind in ("usc", "cfr") and title:
        return f"{title} {'U.S.C.' if kind == 'usc' else 'CFR'}"
    return _AREAS[kind][lang] if kind in _AREAS else name


def _table(heads: Sequence[str], rows: Sequence[Iterable[str]], lang: Lang) -> str:
    if not rows:
        return f"<h3>{_t(heads[0], lang)}</h3><p>{_t('nothing', lang)}</p>"
    head = "".join(f'<th scope="col">{_t(one, lang)}</th>' for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" tabindex="0">{table}</div>'
