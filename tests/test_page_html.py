import re
from dataclasses import replace
from html.parser import HTMLParser
from types import MappingProxyType

import pytest

from bot.channels.page import texts
from bot.channels.page.html import Exchange, exchange_html, problem_html, sources_html
from bot.channels.page.shell import Shell
from bot.types import (
    Authority,
    Bilingual,
    Card,
    Citation,
    Done,
    Dropped,
    LawStatement,
    Note,
    Opening,
    Sentence,
    Sources,
    Understood,
)
from tests.serving import CITATION, FACT, SECTION, URL, VERDICT, events, reply

EVIL = (
    "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>"
    "[click](https://evil.example) ![i](https://evil.example/i.png) javascript:alert(1) "
    '"><a href="https://evil.example">x</a> ${alert(1)} {{x}}'
)
ALLOWED = {
    *("article", "a", "b", "blockquote", "br", "button", "details", "div", "h2", "h3", "input"),
    *("label", "li", "mark", "ol", "p", "q", "s", "section", "small", "span", "summary"),
    *("textarea", "ul"),
}


class Seen(HTMLParser):
    """Collects elements, attributes and links, and checks that elements are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[dict[str, str | None]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "a":
            self.links.append(dict(attrs))
        if tag not in ("br", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def exchange(*told, question="Can they deport me?", page_lang="en", number=1):
    made = Exchange(number, question, page_lang)
    for event in told:
        made = made.after(event)
    return made


def whole(made):
    return exchange_html(made) + sources_html(made, lambda _: SECTION)


def test_nothing_that_came_from_outside_becomes_markup():
    cited = replace(CITATION, label=EVIL, says=EVIL, quote=EVIL, as_of=EVIL)
    seen = Seen(
        whole(
            exchange(
                Opening(EVIL, VERDICT),
                Understood((replace(FACT, quote=EVIL),)),
                Card("detained", EVIL, (EVIL,)),
                LawStatement(EVIL, cited),
                Sentence(EVIL, (cited,)),
                Sources((cited,)),
                Note("not_advice", EVIL),
                Done(reply()),
                question=EVIL,
            )
        )
    )
    assert seen.tags <= ALLOWED
    assert not any(name.startswith("on") or name in {"src", "style"} for name in seen.attributes)


def test_links_are_those_of_citations_and_of_what_code_wrote():
    seen = Seen(
        whole(
            exchange(
                LawStatement("See [this](https://evil.example).", CITATION),
                Sentence("And [that](https://evil.example).", (CITATION,)),
                Card("detained", "Now", ("Call [the list](https://www.justice.gov/x): 988.",)),
                Sources((CITATION,)),
            )
        )
    )
    targets = {link["href"] for link in seen.links}
    assert targets == {URL, "https://www.justice.gov/x", "tel:988"}
    for link in seen.links:
        if link["href"].startswith("http"):
            assert (link["target"], link["rel"]) == ("_blank", "noopener noreferrer")


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "data:text/html,x", "file:///etc/x"])
def test_a_citation_without_a_web_address_is_no_link(url):
    cited = replace(CITATION, url=url)
    seen = Seen(whole(exchange(LawStatement("It says so.", cited), Sources((cited,)))))
    assert seen.links == []
    assert CITATION.label in seen.text


def test_rule_comes_first_then_what_to_do_then_what_was_understood():
    written = exchange_html(exchange(*events()))
    places = [
        written.index(mark)
        for mark in (
            *(
                '"urgent"',
                '"rule"',
                '"card"',
                '"understood"',
                '"law-says"',
                '"explained"',
                '"notes"',
            ),
            *('"next"', '"tools"', '"feedback"'),
        )
    ]
    assert places == sorted(places)
    assert texts.RULE.en in Seen(written).text
    assert '<p class="lead">A citizen may not lawfully be deported.</p><p>Not ever.</p>' in written


def test_an_opening_that_no_rule_decides_is_not_called_a_rule():
    none = replace(VERDICT, rule="none", contested=True)
    text = Seen(exchange_html(exchange(Opening("No fixed rule decides this.", none)))).text
    assert texts.NO_RULE.en in text
    assert texts.RULE.en not in text
    assert texts.CONTESTED.en in text


def test_law_and_model_keep_the_order_they_came_in():
    written = exchange_html(
        exchange(
            LawStatement("One.", CITATION),
            Sentence("Two.", (CITATION,)),
            LawStatement("Three.", CITATION),
        )
    )
    assert written.index("One.") < written.index("Two.") < written.index("Three.")


def test_labels_speak_the_language_of_the_answer():
    spanish = Opening("La ley no permite deportar a un ciudadano de Estados Unidos.", VERDICT)
    assert texts.RULE.es in exchange_html(exchange(spanish))
    assert texts.RULE.es in exchange_html(exchange(events()[0], Done(reply(lang="es"))))
    both = exchange(events()[0], Done(reply(lang="en+es")), page_lang="es")
    assert 'lang="en"' in exchange_html(both)


def test_sources_say_whose_words_they_are_and_how_sure():
    cited = replace(CITATION, confidence="knowledge", contested=True)
    text = Seen(sources_html(exchange(Sources((cited,))), lambda _: SECTION)).text
    for said in (
        *(cited.label, "Detention and removal", texts.OUR_WORDS.en, cited.says),
        *(texts.OFFICIAL_WORDS.en, cited.quote, "Text as of P.L. 119-100"),
        *(texts.CONTESTED.en, texts.NOT_CHECKED.en, "Open the source: uscode.house.gov"),
    ):
        assert said in text
    plain = Citation(CITATION.id, "Label", URL, "2026", None, "Says.")
    text = Seen(sources_html(exchange(Sources((plain,))), lambda _: None)).text
    assert texts.OFFICIAL_WORDS.en not in text
    assert texts.CONTESTED.en not in text
    assert sources_html(exchange(Sources(())), lambda _: None) == ""


def test_every_text_of_the_page_is_in_both_languages_and_they_differ():
    def all_in(value):
        if isinstance(value, Bilingual):
            return [value]
        inside = value.values() if isinstance(value, MappingProxyType) else value
        return [one for part in inside for one in all_in(part)]

    holders = (Bilingual, tuple, MappingProxyType)
    found = all_in([value for value in vars(texts).values() if isinstance(value, holders)])
    assert len(found) > 150
    for text in found:
        assert text.en.strip()
        assert text.es.strip()
        assert text.en != text.es
        assert re.findall(r"{\w+}", text.en) == re.findall(r"{\w+}", text.es)


def test_shell_takes_out_what_gradio_says_of_itself_and_says_what_this_is():
    page = (
        '<html><head><meta property="og:image"\ncontent="https://x.example/i.png" />'
        '<meta name="twitter:creator" content="@Gradio" /><link rel="manifest" href="/m" /><script>go()</script></head>'
        '<body style="x"><gradio-app></gradio-app></body></html>'
    )
    framed = Shell(has_model=False).around(page, "n0nce")
    assert "x.example" not in framed
    assert "Gradio" not in framed
    assert "manifest" not in framed
    assert '<script nonce="n0nce">go()</script>' in framed
    assert texts.WHAT_IT_IS.en in framed
    assert texts.WHAT_IT_IS.es in framed
    assert framed.index('class="welcome"') < framed.index("<gradio-app>")
    assert texts.WITHOUT_MODEL.en in framed
    assert texts.WITH_MODEL.en in Shell(has_model=True).around(page, "")
    with pytest.raises(ValueError, match="body"):
        Shell(has_model=False).around("<html></html>", "")


def test_problem_names_the_limit_the_way_each_language_writes_it():
    assert "12,000" in problem_html("question_too_long", "en", 12_000)
    assert "12 000" in problem_html("question_too_long", "es", 12_000)
    assert texts.PROBLEMS["error"].en in problem_html("some_new_code", "en", 1)


# What was left out, emergencies, sources


def test_what_the_guard_left_out_is_counted_and_explained_but_never_quoted():
    dropped = (
        Dropped("SECRET", "asserts_removal"),
        Dropped("SECRET", "asserts_prison"),
        Dropped("SECRET", "uncited"),
    )
    notes = (Note("dropped", "Part of the draft was left out."), Note("not_advice", "Information."))
    text = Seen(exchange_html(exchange(*notes, Done(reply(dropped=dropped))))).text
    assert "3 sentences that the model wrote were left out: 2 × it went against the rule" in text
    assert "1 × the law it named did not bear it out" in text
    assert "SECRET" not in text
    assert "Part of the draft" not in text
    one = Seen(exchange_html(exchange(notes[1], Done(reply(dropped=dropped[2:], lang="es"))))).text
    assert f"{texts.LEFT_OUT_ONE.es} {texts.WHY_LEFT_OUT['uncited'].es}." in one


def test_where_no_rule_decides_the_steps_come_first():
    none = replace(VERDICT, rule="none")
    card = Card("ice_at_door", "Officers at the door", ("Keep calm. Then call.",))
    written = exchange_html(exchange(Opening("In every case.", none), card))
    assert written.index('class="card"') < written.index('class="rule"')
    assert "urgent" not in written
    assert "<b>Keep calm.</b> Then call." in written


def test_a_number_to_call_never_stands_without_whose_it_is():
    step = "Call [The Line](https://www.justice.gov/x): 1-800-555-0100. Or 911."
    written = exchange_html(exchange(events()[0], Card("detained", "Now", (step,))))
    assert (
        '<a href="tel:1-800-555-0100">The Line: <span class="number">1-800-555-0100</span></a>'
        in written
    )
    urgent = written[written.index('class="urgent"') : written.index('class="rule"')]
    assert "911" not in urgent


def test_a_sentence_opens_the_source_that_is_listed():
    seen = Seen(whole(exchange(*events())))
    listed = re.findall(r'<li data-source="(\w+)"', whole(exchange(*events())))
    opened = re.findall(r'data-do="source" data-source="(\w+)"', whole(exchange(*events())))
    assert len(listed) == 1
    # The rule, the statement and the model's sentence.
    assert opened == listed * 3
    assert CITATION.label in seen.text


def test_a_statement_is_marked_among_those_around_it():
    near = tuple(
        replace(SECTION.statements[0], authority=Authority(path), text=Bilingual(said, said))
        for path, said in (
            ("usc/8/1231/a", "Before."),
            (CITATION.id.path, CITATION.says),
            ("usc/8/1231/c", "After."),
            ("usc/8/1231/d", "Far."),
        )
    )
    section = replace(SECTION, statements=near)
    written = sources_html(exchange(Sources((CITATION,))), lambda _: section)
    around = written[written.index('class="around"') :]
    assert f"<li>Before.</li><li><mark>{CITATION.says}</mark></li><li>After.</li>" in around
    assert "Far." not in written
    alone = sources_html(exchange(Sources((CITATION,))), lambda _: SECTION)
    assert "around" not in alone
