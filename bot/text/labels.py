"""Write authorities for people, the way lawyers cite them."""

import re
from collections.abc import Mapping

from bot.text.citation_index import REPORTER
from bot.text.named_citations import ROMANS
from bot.types import Authority, Bilingual, Lang, Section

_TREATIES: Mapping[str, Bilingual] = {
    "cat": Bilingual("Convention Against Torture", "Convención contra la Tortura"),
    "refugee-convention": Bilingual("Refugee Convention", "Convención sobre los Refugiados"),
    "refugee-protocol": Bilingual("Refugee Protocol", "Protocolo sobre los Refugiados"),
    "vccr": Bilingual(
        "Vienna Convention on Consular Relations",
        "Convención de Viena sobre Relaciones Consulares",
    ),
}
_SMALL = frozenset({"and", "of", "ex", "rel", "the", "for"})
_NOTE = re.compile(r"([a-z]{2,8})-([0-9]{1,4})")
_DIRECTIVE = re.compile(r"([a-z]{2,8})-([0-9.]{1,12})")
_APPENDIX = re.compile(r"([0-9][0-9A-Za-z.]*)(?:-([A-Z]+))?-appendix(?:-(.+))?")
_TWIN = re.compile(r"~[0-9]+")


def label(authority: Authority, section: Section | None, lang: Lang) -> str:
    """Return the citation of an authority: ``8 U.S.C. § 1231(b)(3)(A)``.

    ``section`` is the file the authority belongs to, for the names of cases, notes and guides.
    """
    parts = authority.unit.path.split("/")
    pins = [_TWIN.sub("", pin) for pin in authority.pinpoint.split("/") if pin]
    brackets = "".join(f"({pin})" for pin in pins)
    match authority.kind:
        case "usc" if len(parts) == 3:
            text = f"{parts[1]} U.S.C. § {parts[2]}{brackets}"
        case "cfr" if len(parts) == 3 and (annexed := _APPENDIX.fullmatch(parts[2])):
            text = f"{parts[1]} CFR {_annexed_to(*annexed.groups())}"
        case "cfr" if len(parts) == 3:
            text = f"{parts[1]} CFR {'§' if '.' in parts[2] else 'part'} {parts[2]}{brackets}"
        case "const" if len(parts) > 2:
            text = _constitution(parts[1:], pins, lang)
        case "treaty":
            article = f", art. {parts[2]}{brackets}" if len(parts) > 2 else ""
            text = _treaty(parts[1], section, lang) + article
        case "case":
            text = _case(parts[1], pins, section)
        case "eo":
            text = f"{'Executive Order' if lang == 'en' else 'Orden Ejecutiva'} {parts[1]}"
        case "directive" if named := _DIRECTIVE.fullmatch(parts[1]):
            office, number = named[1].upper(), named[2]
            text = (
                f"{office} Directive {number}" if lang == "en" else f"Directiva {office} {number}"
            )
        case "note" if named := _NOTE.fullmatch(parts[1]):
            text = f"{named[1].upper()} § {named[2]}{brackets}"
        case _:
            text = section.title[lang] if section else authority.path
    return text


def _annexed_to(of: str, subpart: str | None, name: str | None) -> str:
    whole = f"§ {of}" if "." in of else f"part {of}"
    within = f", subpart {subpart}" if subpart else ""
    return f"{whole}{within}, app.{f' {_TWIN.sub(str(), name)}' if name else ''}"


def case_name(slug: str, section: Section | None) -> str:
    """Name of a case: as its file's title gives it, or made from its path."""
    if section:
        for text in (section.title.en, section.citation):
            head = re.split(r":|,\s(?=[0-9])|\s\(", text, maxsplit=1)[0]
            if " v. " in head or head.startswith(("Matter of", "In re")):
                return head.strip()
    words = slug.split("-")
    return " ".join(
        f"{word}." if word in ("v", "rel") else word if word in _SMALL else word.capitalize()
        for word in words
    )


def _case(slug: str, pins: list[str], section: Section | None) -> str:
    name = case_name(slug, section)
    citation = section.citation if section else ""
    if citation.startswith(name):
        citation = citation[len(name) :].lstrip(", ")
    if pins and (report := REPORTER.search(citation)):
        citation = f"{citation[: report.end()]}, {pins[0]}{citation[report.end() :]}"
    return f"{name}, {citation}" if citation else name


def _constitution(parts: list[str], pins: list[str], lang: Lang) -> str:
    head = "U.S. Const." if lang == "en" else "Constitución de EE. UU.,"
    number = int(parts[1]) if parts[1].isdigit() else 0
    roman = ROMANS[number - 1] if 0 < number <= len(ROMANS) else parts[1]
    if parts[0] == "amend":
        name = "amend." if lang == "en" else "enm."
        steps = [f"§ {pins[0]}"] if pins else []
    else:
        name = "art."
        # Articles V to VII have clauses and no sections.
        clauses = [*parts[2:], *pins] if number >= 5 else pins
        steps = [f"§ {parts[2]}"] if len(parts) > 2 and number < 5 else []
        steps += [f"cl. {clauses[0]}"] if clauses else []
    return ", ".join([f"{head} {name} {roman}", *steps])


def _treaty(slug: str, section: Section | None, lang: Lang) -> str:
    if slug in _TREATIES:
        return _TREATIES[slug][lang]
    return section.title[lang] if section else slug.replace("-", " ").capitalize()
