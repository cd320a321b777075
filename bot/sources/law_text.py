"""What is known of one authority: our statements, and the law's own words where installed."""

from dataclasses import dataclass

from bot.errors import UnknownAuthority
from bot.sources.digest import Digest
from bot.sources.library import Library, OfficialWords
from bot.types import Authority, OfficialChange, Section, Statement

_MOST_NEAR = 20


@dataclass(frozen=True)
class LawText:
    """What is known of one authority: what the digest says on it, and the law's own words.

    ``section`` is None where the digest has nothing, ``official`` where no text is installed that
    has this path; ``change`` compares with the release before, where one is installed.
    """

    section: Section | None
    statements: tuple[Statement, ...]
    official: OfficialWords | None = None
    change: OfficialChange | None = None


def read_law(digest: Digest, library: Library | None, authority: Authority) -> LawText:
    """Give what digest and official text say on an authority.

    Raises:
        UnknownAuthority: neither has anything on it; says what is near.
    """
    official = library.lookup(authority) if library else None
    section = digest.section(authority)
    change = library.changed(authority) if library else None
    if official is None and authority.path not in digest.known and change is None:
        raise UnknownAuthority(_not_known(digest, library, authority))
    on = section.statements if section else ()
    said = tuple(one for one in on if one.authority.within(authority))
    return LawText(section, said, official, change)


def _not_known(digest: Digest, library: Library | None, authority: Authority) -> str:
    """Say that a path is not known, what the nearest one above it is, and what is below that."""
    near, below = (
        authority.path,
        [one.path for one in library.nearest(authority)] if library else [],
    )
    if below:
        near = below.pop(0)
    else:
        while near not in digest.known and "/" in near:
            near = near.rpartition("/")[0]
        depth = near.count("/") + 1
        below = sorted(
            one for one in digest.known if one.startswith(f"{near}/") and one.count("/") == depth
        )
    if near.count("/") < authority.unit.path.count("/"):
        return f"{authority} is not in the corpus; find paths with: habeas search WORDS"
    shown = ", ".join(one.rpartition("/")[2] for one in below[:_MOST_NEAR])
    more = " …" if len(below) > _MOST_NEAR else ""
    parts = f", which has {shown}{more}" if shown else ", which has no parts"
    return f"{authority} is not in the corpus; the nearest is {near}{parts}"
