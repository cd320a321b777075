"""Where the official texts for tests are, and small invented ones in the same form."""

import json
from pathlib import Path

import pytest

LAW = Path(__file__).parents[2] / "shared" / "law"
if not LAW.is_dir():
    LAW = Path(__file__).parents[3] / "shared" / "law"
needs_law = pytest.mark.skipif(not LAW.is_dir(), reason="no official text beside the project")

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = (
    'xmlns="http://xml.house.gov/schemas/uslm/1.0" xmlns:html="http://www.w3.org/1999/xhtml"'
)

GEESE = """<section {ns} identifier="/us/usc/t8/s9001"><num value="9001">§ 9001.</num>
<heading> Keeping of <i>geese</i></heading>
<subsection identifier="/us/usc/t8/s9001/a"><num value="a">(a)</num><heading> In general</heading>
<chapeau>A keeper<ref class="footnoteRef" idref="fn1">1</ref><note type="footnote" id="fn1"><num>1</num> So in original.</note> shall—</chapeau>
<paragraph identifier="/us/usc/t8/s9001/a/1"><num value="1">(1)</num><content>feed each goose;</content></paragraph>
<paragraph identifier="/us/usc/t8/s9001/a/2"><num value="2">(2)</num><content>pay a fee;</content></paragraph>
<continuation>before <date date="2020-01-01">January 1</date>.</continuation></subsection>
<subsection identifier="/us/usc/t8/s9001/b" status="repealed"><num value="b">(b)</num><heading> Repealed. Pub. L. 99–1</heading></subsection>
<subsection identifier="/us/usc/t8/s9001/c"><num value="c">(c)</num><content>Old words.</content></subsection>
<subsection identifier="/us/usc/t8/s9001/c"><num value="c">(c)</num><content><p>New words.</p><p>And more.</p>
<html:table><html:tr><html:td>goose</html:td><html:td>2 fees</html:td></html:tr></html:table></content></subsection>
<sourceCredit>(Pub. L. 119–1, <date date="2025-01-01">Jan. 1, 2025</date>.)</sourceCredit>
<notes type="uscNote"><note topic="effectiveDate"><heading>Effective Date</heading><p>In force 90 days on.</p></note>
<note topic="miscellaneous"><heading>A Law Quoted</heading><p>It said:<quotedContent><section><num>“§ 1.</num><content>Quoted words.”</content></section></quotedContent></p></note></notes>
</section>"""

TITLE = """<uscDoc {ns} identifier="/us/usc/t8"><meta><docPublicationName>Online@119-77</docPublicationName></meta>
<main><title identifier="/us/usc/t8"><num value="8">TITLE 8—</num><heading>GEESE AND STRANGERS</heading>
<chapter identifier="/us/usc/t8/ch90"><num value="90">CHAPTER 90—</num><heading>GEESE</heading>
{geese}
<section identifier="/us/usc/t8/s9002" status="repealed"><num value="9002">[§§ 9002 to 9004.</num><heading> Repealed. Pub. L. 99–2]</heading></section>
<section identifier="/us/usc/t8/s9007" status="transferred"><num value="9007">[§§ 9007, 9009.</num><heading> Transferred]</heading></section>
<section identifier="/us/usc/t8/s9010a–1"><num value="9010a–1">§ 9010a–1.</num><heading> Ducks</heading><content>Ducks are free.</content></section>
</chapter></title></main></uscDoc>"""

PART = """<!-- 8 CFR part 901; text as amended to June 27, 2025 -->
<DIV5 N="901" TYPE="PART" TITLE="8"><HEAD>PART 901—GEESE</HEAD><AUTH><PSPACE>Authority: 8 U.S.C. 9001.</PSPACE></AUTH>
<DIV6 N="A" TYPE="SUBPART"><HEAD>Subpart A—Keepers</HEAD>
<DIV8 N="901.2" TYPE="SECTION"><HEAD>§ 901.2 Duties of keepers.</HEAD>
<P>(a) <I>Keeping</I>—(1) <I>General.</I> A keeper feeds each goose. (i) With corn, under section 240(b)(1)(A) of the Act;</P>
<P>(ii) With grass.</P><P>More words on grass.</P><P>(2) [Reserved]</P><P>(b)-(c) [Reserved]</P>
<P>(d) Fees:</P><TABLE><TR><TH>Bird</TH><TH>Fee</TH></TR><TR><TD>(a) goose</TD><TD>$2</TD></TR></TABLE>
<EXTRACT><P>See <E T="03">Geese</E> v. <E T="03">Ducks.</E></P></EXTRACT>
<CITA>[62 FR 1, Jan. 1, 1997]</CITA><EDNOTE><HED>Editorial Note:</HED><PSPACE>Of the editors.</PSPACE></EDNOTE></DIV8>
<DIV8 N="901.3-901.5" TYPE="SECTION"><HEAD>§§ 901.3-901.5 [Reserved]</HEAD></DIV8></DIV6></DIV5>"""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def geese(ns: str = NAMESPACE) -> str:
    return GEESE.format(ns=ns)


def title() -> str:
    return HEAD + TITLE.format(ns=NAMESPACE, geese=geese(""))


def part() -> str:
    return HEAD + PART


def squeezed(text: str) -> str:
    """Without white space: every character that carries words, in order."""
    return "".join(text.split())


CONSTITUTION = "# Constitution\n\n## Article I\n\nSection 9. (1) First.\n\n(2) The writ of geese.\n\n## Amendment XIV\n\nSection 1. All persons.\n\nSection 2. Numbers.\n"
TREATY = "## Convention against Torture (1984), Article 3\nSource: a page.\n\n1. No State.\n\n2. All considerations.\n\nA remark.\n"


def install(data_dir: Path, release: str = "r1", *, fetched_on: str | None = "2026-11-20") -> Path:
    """Install small official texts as a fetch does; gives the release's folder."""
    folder = data_dir / "law" / release
    texts = {
        "usc/title-08/usc08.xml": title(),
        "cfr/title-08/part-901.xml": part().replace("text as amended to June 27, 2025", ""),
        "constitution/us.md": CONSTITUTION,
        "treaties/t.md": TREATY,
    }
    for name, text in texts.items():
        write(folder / name, text)
    if fetched_on:
        releases = {"cfr/title-08/part-901.xml": "2026-11-19", "usc/title-08/usc08.xml": "119-77"}
        files = [
            {
                "path": name,
                "url": "https://x",
                "sha256": "0" * 64,
                "bytes": len(text),
                "release": releases.get(name, ""),
            }
            for name, text in texts.items()
        ]
        manifest = {"release": release, "fetched_on": fetched_on, "files": files}
        write(folder / "manifest.json", json.dumps(manifest))
    write(data_dir / "law" / "current", f"{release}\n")
    return folder
