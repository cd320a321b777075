from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.redact import PLACEHOLDER, redact, without_placeholders


@dataclass(frozen=True)
class Case:
    text: str
    gone: str
    kind: str


HIDDEN = (
    Case("My A-number is A123456789.", "A123456789", "A_NUMBER"),
    Case("A# 012 345 678 is on the paper", "A# 012 345 678", "A_NUMBER"),
    Case("a-098-765-432", "a-098-765-432", "A_NUMBER"),
    Case("eight digits, old file: A98765432", "A98765432", "A_NUMBER"),
    Case("alien number: 123456789", "123456789", "A_NUMBER"),
    Case("USCIS# 123-456-789 on my card", "123-456-789", "A_NUMBER"),
    Case("mi número de extranjero número es 098765432", "098765432", "A_NUMBER"),
    Case("receipt IOE0912345678 pending", "IOE0912345678", "RECEIPT"),
    Case("my case WAC-21-123-45678", "WAC-21-123-45678", "RECEIPT"),
    Case("eac2112345678", "eac2112345678", "RECEIPT"),
    Case("MSC 2190123456", "MSC 2190123456", "RECEIPT"),
    Case("my social is 123-45-6789", "123-45-6789", "SSN"),
    Case("seguro social 123 45 6789", "123 45 6789", "SSN"),
    Case("SSN 123456789", "123456789", "DOCUMENT"),
    Case("call me at (212) 555-0123", "(212) 555-0123", "PHONE"),
    Case("212-555-0123 is my husband", "212-555-0123", "PHONE"),
    Case("212.555.0123", "212.555.0123", "PHONE"),
    Case("+1 212 555 0123", "+1 212 555 0123", "PHONE"),
    Case("mi celular es 555-0123", "555-0123", "PHONE"),
    Case("llámeme al 7777-1234", "7777-1234", "PHONE"),
    Case("mi mamá: +503 7777-1234", "+503 7777-1234", "PHONE"),
    Case("+52 55 1234 5678", "+52 55 1234 5678", "PHONE"),
    Case("2125550123", "2125550123", "ID_NUMBER"),
    Case("mail maria.lopez+ice@example.co.uk now", "maria.lopez+ice@example.co.uk", "EMAIL"),
    Case("passport number 561234567", "561234567", "DOCUMENT"),
    Case("pasaporte G12345678", "G12345678", "DOCUMENT"),
    Case("my US passport is X01234567", "X01234567", "DOCUMENT"),
    Case("driver's license D1234567", "D1234567", "DOCUMENT"),
    Case("I-94 number 12345678901", "12345678901", "DOCUMENT"),
    Case("card 4111 1111 1111 1111", "4111 1111 1111 1111", "ID_NUMBER"),
    Case("at 123 Main Street, Houston, TX 77002", "123 Main Street, Houston, TX 77002", "ADDRESS"),
    Case("1600 5th Avenue apt 4B", "1600 5th Avenue apt 4B", "ADDRESS"),
    Case("they came to 4521 oak ave apt 3", "4521 oak ave apt 3", "ADDRESS"),
    Case("123 W 45th St", "123 W 45th St", "ADDRESS"),
    Case("77 Elm Court", "77 Elm Court", "ADDRESS"),
    Case("PO Box 1234", "PO Box 1234", "ADDRESS"),
    Case("vivo en la Calle Luna 45", "Calle Luna 45", "ADDRESS"),
    Case("Avenida Benito Juárez No. 120", "Avenida Benito Juárez No. 120", "ADDRESS"),
    Case("calle 13 # 45-67", "calle 13 # 45-67", "ADDRESS"),
    Case("in Laredo TX 78040", "78040", "ZIP"),
    Case("I was born on March 3, 1990 in Dallas", "March 3, 1990", "BIRTH_DATE"),
    Case("DOB: 03/04/1990", "03/04/1990", "BIRTH_DATE"),
    Case("date of birth 1990-03-04", "1990-03-04", "BIRTH_DATE"),
    Case("nací el 3 de marzo de 1990 en Laredo", "3 de marzo de 1990", "BIRTH_DATE"),
    Case("fecha de nacimiento: 3/4/90", "3/4/90", "BIRTH_DATE"),
    Case("my daughter was born here on 5 June 2015", "5 June 2015", "BIRTH_DATE"),
)

KEPT = (
    "8 U.S.C. 1231(b)(3)(A) and 8 CFR 235.3(b)(5)(iv)",
    "8 USC 1401-1409, 18 U.S.C. 4100-4115",
    "INA 241(b)(3), § 1182(a)(6)(C)(ii)",
    "Zadvydas v. Davis, 533 U.S. 678 (2001)",
    "Gorbach v. Reno, 219 F.3d 1087 (9th Cir. 2000)",
    "Trump v. Barbara, No. 25-365, and 1:25-cv-00766",
    "Public Law 119-100",
    "form N-400, I-130, DS-160 and an A-1 visa, H-1B",
    "I came in 1999 and left in 2005",
    "from 2015-2020 I worked",
    "born in 1985 in Texas",
    "I was removed on March 3, 2020",
    "the law changed on February 27, 2001",
    "call 911 or 988",
    "It costs $1,225 or $400000000",
    "30 days, 48 hours, two years",
    "2 days in immigration court",
    "3 men across the street",
    "5 agents on the road",
    "9 Circuit Court judges",
    "la calle donde vivo hace 2 años",
    "hay 2 agentes en la calle",
    "flight AA1234 leaves at 10:30",
    "GAO-21-487 found 70 people",
    "sections 208 241 1231",
    "8 CFR 208.16 1208.16",
    "art. I s. 9 cl. 2",
    "A.A.R.P. v. Trump",
    "In 1996 A new law",
)


@pytest.mark.parametrize("case", HIDDEN, ids=lambda case: case.text)
def test_hides_what_identifies_a_person(case):
    done = redact([case.text])
    assert [(one.kind, one.value) for one in done.hidden] == [(case.kind, case.gone)]
    assert case.gone not in done.texts[0]
    assert done.restore(done.texts[0]) == case.text


@pytest.mark.parametrize("text", KEPT)
def test_keeps_what_the_law_is_cited_by(text):
    assert redact([text]).texts == (text,)


def test_one_value_has_one_placeholder_through_the_conversation():
    done = redact(["my phone 212-555-0123", "the phone again: (212) 555-0123, other 646-555-0199"])
    assert done.texts == ("my phone [PHONE_1]", "the phone again: [PHONE_1], other [PHONE_2]")


def test_a_typed_placeholder_is_never_filled_with_someone_elses_value():
    done = redact(["say [PHONE_1] and 212-555-0123"])
    assert done.texts == ("say [PHONE_1] and [PHONE_2]",)
    assert done.restore("[PHONE_1]") == "[PHONE_1]"
    assert done.restore("[PHONE_2]") == "212-555-0123"


def test_unknown_placeholders_stay():
    assert redact(["hello"]).restore("[SSN_9] [p1]") == "[SSN_9] [p1]"


def test_placeholders_leave_a_search_query():
    assert without_placeholders("ice took [A_NUMBER_1] [PHONE_2] to Texas") == "ice took to Texas"


@given(st.text(max_size=300))
def test_whatever_is_hidden_comes_back(text):
    done = redact([text])
    restored = done.restore(done.texts[0])
    # The same value spelled twice comes back in its first spelling.
    assert "".join(filter(str.isalnum, restored)).casefold() == (
        "".join(filter(str.isalnum, text)).casefold()
    )


@given(st.from_regex(r"[ -~]{0,20}\d{9,12}[ -~]{0,20}", fullmatch=True))
def test_placeholders_are_well_formed(text):
    done = redact([text])
    assert all(PLACEHOLDER.fullmatch(one.placeholder) for one in done.hidden)


@pytest.mark.parametrize("junk", ["1 " * 6000, "A-" * 6000, "1 a " * 3000, "+1-" * 4000])
def test_long_junk_is_read_quickly(junk):
    assert redact([junk]).texts[0]
