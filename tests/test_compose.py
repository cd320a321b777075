import dataclasses
import re
from datetime import date
from typing import get_args

import pytest

from bot.answer.cards import CARD_IDS, load_cards
from bot.answer.compose import MOST, Shelf
from bot.answer.official import Quote
from bot.answer.render import all_citations, join, render
from bot.answer.wording import NEEDED, NOTES, say
from bot.errors import CorpusError
from bot.settings import PROJECT_DIR
from bot.sources.digest import Digest, known_paths
from bot.types import (
    Authority,
    Bilingual,
    Card,
    Citation,
    Hit,
    LawStatement,
    Note,
    Outcome,
    Passage,
    Questions,
    Section,
    Sentence,
    Sources,
    Statement,
    Tongue,
    Understood,
    Verdict,
)


def statement(path, en, es="", **more):
    return Statement(Authority(path), Bilingual(en, es or f"{en} (es)"), Questions(), **more)


def section(path, *statements, **more):
    return Section(
        id=Authority(path),
        title=Bilingual(f"Title of {path}", f"Título de {path}"),
        url=f"https://example.gov/{path}",
        as_of="P.L. 119-100",
        checked_on=date(2026, 11, 24),
        statements=statements,
        **more,
    )


SECTIONS = (
    section(
        "usc/8/1231",
        statement("usc/8/1231/b/3/A", "Nobody is removed to a country where life is threatened."),
        statement("usc/8/1231/b/3/B", "There are bars for people who persecuted others."),
        statement("usc/8/1231/b/2", "The country is chosen in an order laid down by statute."),
        statement("usc/8/1231/a/1", "Removal takes place within ninety days."),
    ),
    section(
        "usc/8/1101",
        statement("usc/8/1101/a/3", "An alien is a person who is no citizen or national."),
        statement("usc/8/1101/a/22", "Nationals owe permanent allegiance."),
    ),
    section(
        "const/amend/14",
        statement("const/amend/14/1", "Whoever is born here and under its laws is a citizen."),
    ),
    section(
        "case/afroyim-v-rusk",
        statement(
            "case/afroyim-v-rusk",
            "Congress cannot take citizenship away without consent.",
            confidence="knowledge",
        ),
    ),
    section(
        "case/dvd-v-dhs",
        statement("case/dvd-v-dhs", "A court ordered notice; that is stayed.", contested=True),
    ),
)
DIGEST = Digest(SECTIONS, known_paths(SECTIONS), "0" * 64)
SHELF = Shelf.of(DIGEST, lambda authority, _, lang: f"{authority} in {lang}")


def hit(path, score, number=0):
    return Hit(SHELF.under(Authority(path))[number], score, ("lexical",))


def ruling(*paths, outcome=Outcome.FORBIDDEN):
    return Verdict(
        rule="citizen_removal",
        outcome=outcome,
        also=(),
        authorities=tuple(map(Authority, paths)),
        facts=(),
        kind="hard",
        contested=False,
        as_of="P.L. 119-100",
    )


def paths(chosen):
    return [one.authority.path for one in chosen]


def test_what_the_verdict_rests_on_comes_first():
    hits = [hit("usc/8/1231/b/2", 3.0), hit("usc/8/1101/a/3", 2.9)]
    chosen = SHELF.choose(ruling("const/amend/14/1", "usc/8/1101/a/3"), hits)
    assert paths(chosen) == ["usc/8/1101/a/3", "const/amend/14/1", "usc/8/1231/b/2"]


def test_without_a_verdict_the_search_decides():
    hits = [hit("usc/8/1231/a/1", 1.9), hit("usc/8/1101/a/3", 2.0)]
    assert paths(SHELF.choose(None, hits)) == ["usc/8/1101/a/3", "usc/8/1231/a/1"]


def test_where_a_rule_only_frames_the_search_decides():
    hits = [hit("usc/8/1231/b/2", 3.0), hit("usc/8/1231/a/1", 2.9), hit("usc/8/1101/a/3", 2.8)]
    frame = ruling("const/amend/14/1", "usc/8/1101/a/3", outcome=Outcome.CONDITIONS)
    assert paths(SHELF.choose(frame, hits)) == [
        "usc/8/1101/a/3",
        "usc/8/1231/b/2",
        "usc/8/1231/a/1",
    ]
    assert paths(SHELF.choose(frame, hits[:1])) == ["usc/8/1231/b/2"]
    assert paths(SHELF.choose(frame, [])) == ["const/amend/14/1", "usc/8/1101/a/3"]


def test_what_is_cited_is_shown_whole_and_first():
    cited = [
        Hit(one, 1.1 - n / 100, ("citation",))
        for n, one in enumerate(SHELF.under(Authority("usc/8/1231")))
    ]
    assert len(cited) == 4
    assert SHELF.choose(None, [*cited, hit("usc/8/1101/a/3", 1.0)])[:4] == tuple(
        one.passage for one in cited
    )


def test_far_worse_hits_are_left_out():
    hits = [hit("usc/8/1231/b/2", 1.0), hit("usc/8/1101/a/3", 0.5)]
    assert paths(SHELF.choose(None, hits)) == ["usc/8/1231/b/2"]


def test_what_only_the_rules_found_is_not_what_was_asked():
    ruled = Hit(hit("usc/8/1101/a/3", 0).passage, 0.4, ("rule",), ruled=0.4)
    both = Hit(hit("usc/8/1231/a/1", 0).passage, 0.5, ("lexical", "rule"), ruled=0.3)
    assert paths(SHELF.choose(None, [both, ruled, hit("usc/8/1231/b/2", 0.2)])) == [
        "usc/8/1231/a/1",
        "usc/8/1231/b/2",
    ]


def test_nothing_found_and_no_verdict_is_nothing():
    assert SHELF.choose(None, []) == ()


def test_a_verdict_speaks_without_any_search():
    assert paths(SHELF.choose(ruling("usc/8/1101/a/22"), [])) == ["usc/8/1101/a/22"]


def test_a_whole_section_stands_for_its_first_statement():
    assert paths(SHELF.choose(ruling("usc/8/1231"), [])) == ["usc/8/1231/b/3/A"]


def test_a_pinpoint_without_statement_falls_back_to_what_it_is_part_of():
    assert paths(SHELF.choose(ruling("const/amend/14/1/x"), [])) == ["const/amend/14/1"]


@pytest.mark.parametrize(
    ("asked", "trap"),
    [
        ("usc/8/1231/b/9", "a pinpoint nothing is said of, in a section that says much"),
        ("const/art/1/9/2", "the article as a whole is no part of the clause's section"),
    ],
)
def test_what_only_shares_a_beginning_is_not_what_was_asked(asked, trap):
    article = section("const/art/1", statement("const/art/1", "Congress makes the laws."))
    shelf = Shelf.of(Digest((*SECTIONS, article), frozenset(), "0" * 64), SHELF.label)
    assert shelf.under(Authority(asked)) == (), trap


@pytest.mark.parametrize("outcome", [Outcome.FORBIDDEN, Outcome.CONDITIONS])
def test_a_verdict_alone_shows_three_of_what_it_rests_on(outcome):
    rests = ("usc/8/1101/a/3", "const/amend/14/1", "case/afroyim-v-rusk", "case/dvd-v-dhs")
    assert paths(SHELF.choose(ruling(*rests, outcome=outcome), [])) == list(rests[:3])


@pytest.mark.parametrize(
    ("best", "other", "kept"),
    [(1.0, 0.7, True), (1.0, 0.69, False), (2.0, 0.5, False), (2.0, 1.4, True)],
)
def test_a_hit_counts_from_seven_tenths_of_the_best(best, other, kept):
    hits = [hit("usc/8/1231/b/2", best), hit("usc/8/1101/a/3", other)]
    assert ("usc/8/1101/a/3" in paths(SHELF.choose(None, hits))) is kept


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("Repealed.", "Repealed!", True),
        ("The judge decides alone.", "The judge decides later.", True),
        ("The judge decides all alone.", "The judge decides much later.", False),
        ("Deported people return.", "Deporting people returns.", True),
        ("a b c", "d e f", False),
    ],
    ids=["one word", "three of five", "three of seven", "other endings", "no word at all"],
)
def test_what_is_said_in_the_same_words_is_told(one, other, told):
    twins = section("usc/8/1", statement("usc/8/1/a", one), statement("usc/8/1/b", other))
    shelf = Shelf.of(Digest((twins,), frozenset(), "0" * 64), SHELF.label)
    chosen = shelf.choose(None, [Hit(each, 1.0, ("dense",)) for each in shelf.all])
    assert len(chosen) == (1 if told else 2)


def test_one_section_does_not_crowd_out_the_others():
    hits = [hit("usc/8/1231", 9 - n / 9, n) for n in range(4)] + [hit("usc/8/1101/a/3", 8.0)]
    chosen = paths(SHELF.choose(None, hits))
    assert chosen == ["usc/8/1231/b/3/A", "usc/8/1231/b/3/B", "usc/8/1101/a/3"]


def test_the_same_said_twice_is_shown_once():
    twin = SHELF.all[0]
    echo = Hit(
        Passage(
            **{
                **{name: getattr(twin, name) for name in twin.__dataclass_fields__},
                "id": "cfr/8/208.16@1",
                "authority": Authority("cfr/8/208.16/b"),
                "text": Bilingual(
                    "Nobody is removed to a country where their life is threatened.", "x"
                ),
            }
        ),
        1.0,
        ("dense",),
    )
    assert paths(SHELF.choose(None, [hit("usc/8/1231/b/3/A", 1.1), echo])) == ["usc/8/1231/b/3/A"]


def test_an_answer_is_short():
    every = [Hit(one, 1.0, ("dense",)) for one in SHELF.all]
    everything = ruling(*(one.authority.path for one in SHELF.all))
    assert len(SHELF.choose(everything, every)) == MOST
    assert len(SHELF.choose(everything, every, most=2)) == 2


def official(text="The Attorney General may not remove an alien"):
    return Passage(
        id="usc/8/1231/b/3/A@official",
        authority=Authority("usc/8/1231/b/3/A"),
        layer="official",
        title=Bilingual("t", "t"),
        text=Bilingual(text, text),
        ask=Questions(),
        url="https://example.gov",
        as_of="P.L. 119-100",
    )


def test_our_words_come_before_official_ones():
    hits = [Hit(official(), 9.0, ("dense",)), hit("usc/8/1101/a/3", 8.0)]
    assert [one.layer for one in SHELF.choose(None, hits)] == ["digest", "official"]


def test_official_words_are_quoted_as_such():
    shown = SHELF.statement(official(), "es")
    assert shown.text == (
        "“The Attorney General may not remove an alien” (texto oficial, en inglés)"
    )
    assert shown.citation.quote == "The Attorney General may not remove an alien"
    assert shown.citation.says == ""
    assert SHELF.statement(official(), "en+es").text.endswith(
        "” (official text / texto oficial, en inglés)"
    )


def test_long_official_words_are_cut_where_a_phone_is_full():
    whole = SHELF.statement(official("w" * 700), "en").text
    assert whole == f"“{'w' * 700}” (official text)"
    assert SHELF.statement(official("w" * 701), "en").text == f"“{'w' * 700}…” (official text)"


@pytest.mark.parametrize(
    ("lang", "shown"), [("en", "in English"), ("es", "en español"), ("en+es", "in English")]
)
def test_official_words_that_exist_in_both_languages_are_shown_in_the_reply_s(lang, shown):
    both = dataclasses.replace(official(), text=Bilingual("in English", "en español"))
    assert SHELF.statement(both, lang).text.startswith(f"“{shown}”")


def test_what_is_unsure_says_so():
    case = SHELF.under(Authority("case/afroyim-v-rusk"))[0]
    assert SHELF.statement(case, "en").text.endswith("(not checked against the opinion)")
    assert SHELF.statement(case, "es").text.endswith("(no cotejado con la sentencia)")
    contested = SHELF.under(Authority("case/dvd-v-dhs"))[0]
    assert SHELF.statement(contested, "en").text.endswith("(courts disagree)")
    assert SHELF.statement(contested, "en").citation.contested
    sure = SHELF.all[0]
    assert SHELF.statement(sure, "en").text == sure.text.en


def test_a_statute_from_memory_is_not_called_an_opinion():
    (sure, *_) = SHELF.all
    unsure = dataclasses.replace(sure, confidence="knowledge", contested=True)
    assert SHELF.statement(unsure, "en+es").text == (
        f"{sure.text.en}\n{sure.text.es} (courts disagree / los tribunales no están de acuerdo)"
        " (not checked against the source / no cotejado con la fuente)"
    )
    assert SHELF.statement(unsure, "es").citation.confidence == "knowledge"


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(
    ("quote", "words", "as_of", "fetched_on"),
    [
        (None, None, "", ""),
        (Quote("may not remove", "P.L. 119-101", date(2026, 11, 23)), "may not remove", "P.L. 119-101", "2026-11-23"),
        (Quote("may not remove", "P.L. 119-101", None), "may not remove", "P.L. 119-101", ""),
    ],
)  # fmt: skip
def test_a_statement_is_cited_in_its_language_with_the_law_s_own_words(
    lang, quote, words, as_of, fetched_on
):
    (first, *_) = SHELF.all
    shelf = Shelf.of(DIGEST, SHELF.label, lambda authority: quote)
    assert shelf.statement(first, lang).citation == Citation(
        id=first.authority,
        label=f"{first.authority} in {lang}",
        url=first.url,
        as_of="P.L. 119-100",
        quote=words,
        says=first.text[lang],
        quote_as_of=as_of,
        quote_fetched_on=fetched_on,
    )
    assert shelf.with_official(first).official == words


def test_the_law_s_own_words_are_those_of_the_authority_and_never_beside_themselves():
    quote = Quote("the removal period", "P.L. 119-101", date(2026, 11, 23))
    asked = []

    def quotes(authority):
        asked.append(authority)
        return quote

    shelf = Shelf.of(DIGEST, SHELF.label, quotes)
    (first, *_) = shelf.all
    official = dataclasses.replace(first, layer="official")
    shelf.citation(first, "en")
    shelf.with_official(first)
    section = shelf.cite(Authority("usc/8/1231"), "en")
    assert asked == [first.authority, first.authority, Authority("usc/8/1231")]
    assert (section.quote, section.quote_as_of, section.quote_fetched_on) == (
        "the removal period", "P.L. 119-101", "2026-11-23",
    )  # fmt: skip
    cited = shelf.citation(official, "en")
    assert (cited.quote, cited.quote_as_of) == (first.text.en, "")
    assert shelf.with_official(official) is official
    assert len(asked) == 3
    plain = SHELF.cite(Authority("usc/8/1231"), "en")
    assert (plain.quote, plain.quote_as_of, plain.quote_fetched_on) == (None, "", "")


def test_a_citation_is_named_by_its_section():
    named = Shelf.of(DIGEST, lambda authority, found, lang: f"{found.title[lang]}: {authority}")
    assert (
        named.name(Authority("usc/8/1231/b/3/A"), "es") == "Título de usc/8/1231: usc/8/1231/b/3/A"
    )


def test_a_shelf_holds_every_statement_of_its_digest():
    shelf = Shelf.of(DIGEST, SHELF.label)
    assert shelf == SHELF
    assert len(shelf.all) == sum(len(one.statements) for one in SECTIONS)


def test_a_reply_in_both_languages_says_everything_twice():
    shown = SHELF.statement(SHELF.all[0], "en+es")
    assert shown.text == f"{SHELF.all[0].text.en}\n{SHELF.all[0].text.es}"


def test_an_authority_without_statement_of_its_own_is_cited_by_its_section():
    cited = SHELF.cite(Authority("usc/8/1231"), "es")
    assert (cited.label, cited.says) == ("usc/8/1231 in es", "Título de usc/8/1231")
    assert SHELF.cite(Authority("usc/8/1231"), "en").says == "Title of usc/8/1231"
    assert SHELF.cite(Authority("usc/8/9999"), "en") is None
    assert SHELF.cite(Authority("usc/8/1101/a/3"), "en").says == SECTIONS[1].statements[0].text.en


# Rendering


def test_an_answer_is_markdown_in_the_order_of_its_events():
    law = SHELF.statement(SHELF.all[0], "en")
    citation = law.citation
    events = [
        Understood(()),
        Card("detained", "Do this", ("first\nprimero", "second")),
        law,
        Sentence("One.", (citation,)),
        Sentence("Two.", (citation, citation)),
        Sources((citation,)),
        Note("not_advice", "No advice."),
    ]
    link = "[usc/8/1231/b/3/A in en](https://example.gov/usc/8/1231)"
    assert join(events) == (
        "**Do this**\n\n1. first\n   primero\n2. second\n\n"
        f"{law.text} ({link})\n\nOne. ({link}) Two. ({link}; {link})\n\nNo advice."
    )
    assert all_citations(events) == (citation,)
    assert render(Sources((citation,))) == ""


def test_a_citation_without_page_is_plain():
    bare = Citation(Authority("guide/x/1"), "Guide", "", "2026", None, "says")
    assert render(LawStatement("Text.", bare)) == "Text. (Guide)"


# Cards and wording


@pytest.mark.parametrize("card", sorted(CARD_IDS))
def test_each_card_is_short_and_in_both_languages(card):
    found = load_cards(PROJECT_DIR / "corpus").by_id[card]
    assert 3 <= len(found.steps) <= 5
    english, spanish = found.card("en"), found.card("es")
    assert english.id == spanish.id == card
    assert len(english.steps) == len(spanish.steps) == len(found.steps)
    assert not set(english.steps) & set(spanish.steps)
    for step in found.steps:
        assert say(step.text, "en+es").count("\n") == 1


def test_self_harm_starts_with_988_and_danger_with_911():
    cards = load_cards(PROJECT_DIR / "corpus").by_id
    for lang in ("en", "es"):
        assert "988" in cards["self_harm"].card(lang).steps[0]
        assert "911" in cards["danger_now"].card(lang).steps[0]


CONTACTS = """
[[contact]]
id = "x"
name_en = "Help"
name_es = "Ayuda"
phone = "555"
url = "https://x.gov"
"""
CARDS = '[help]\ncontacts = ["x"]\n' + "\n".join(
    f'[cards.{name}]\ntitle = {{en = "T", es = "Tt"}}\n'
    f'[[cards.{name}.steps]]\nen = "Call."\nes = "Llame."\ncontacts = ["x"]'
    for name in sorted(CARD_IDS)
)

LANGUAGES = 'contacts = [["x"]]\nmeaning.steps = ["Call."]\n' + "\n".join(
    f'[[card]]\ntongue = "{tongue}"\nreviewed = "no"\ntitle = "T"\nsteps = ["C"]\n'
    'names = {x = "N"}'
    for tongue in get_args(Tongue)
)


def test_numbers_come_from_the_contacts(tmp_path):
    (tmp_path / "contacts.toml").write_text(CONTACTS)
    (tmp_path / "cards.toml").write_text(CARDS)
    (tmp_path / "languages.toml").write_text(LANGUAGES)
    cards = load_cards(tmp_path)
    assert cards.by_id["detained"].card("es").steps == ("Llame. [Ayuda](https://x.gov): 555.",)
    assert cards.help_line("en") == "[Help](https://x.gov): 555."
    assert cards.languages["ar"].steps == ("C [N](https://x.gov): 555.",)


@pytest.mark.parametrize(
    ("contacts", "cards"),
    [
        (None, CARDS),
        (CONTACTS, None),
        ("[", CARDS),
        ("x = 1", CARDS),
        (CONTACTS.replace("name_es", "name_fr"), CARDS),
        (CONTACTS.replace('"x"', '"y"'), CARDS),
        (CONTACTS, CARDS.replace("[cards.detained]", "[cards.retained]")),
        (CONTACTS, CARDS.replace('es = "Llame."', "")),
        (CONTACTS, CARDS.replace("[help]", "[helper]")),
    ],
)
def test_wrong_cards_or_contacts_are_refused(tmp_path, contacts, cards):
    (tmp_path / "languages.toml").write_text(LANGUAGES)
    for name, text in (("contacts.toml", contacts), ("cards.toml", cards)):
        if text is not None:
            (tmp_path / name).write_text(text)
    with pytest.raises(CorpusError):
        load_cards(tmp_path)


@pytest.mark.parametrize("text", [*NOTES.values(), *NEEDED.values()], ids=lambda one: one.en[:30])
def test_every_note_is_in_both_languages(text):
    assert text.en != text.es
    assert re.fullmatch(r"[^{}]+", text.en + text.es)
