"""What to fetch of the official text, from whom and how politely: ``corpus/official.toml``."""

import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import BadInput, CorpusError

PLAN_FILE = "official.toml"

_RELEASE = re.compile(r"(?P<congress>\d+)-(?P<law>\d+[0-9a-z-]*)(?:@(?P<day>\d{4}-\d\d-\d\d))?")


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Manners(_Data):
    """How a publisher's server is treated; times in seconds, sizes in megabytes (10^6 bytes)."""

    pause_s: float = Field(ge=0)
    timeout_s: float = Field(gt=0)
    longest_s: float = Field(gt=0)
    tries: int = Field(ge=1)
    largest_mb: float = Field(gt=0)

    @property
    def largest_bytes(self) -> int:
        """Most bytes one file may have, packed or unpacked."""
        return int(self.largest_mb * 1_000_000)


class UsCode(_Data):
    """The publisher of the US Code; ``newest_pattern`` finds release points on ``newest_page``."""

    newest_page: str
    newest_pattern: str
    url: str


class Ecfr(_Data):
    """The publisher of the CFR; ``newest_page`` is its list of titles with their days."""

    newest_page: str
    url: str
    part_url: str


class Carried(_Data):
    """Folders that no publisher serves."""

    folders: tuple[str, ...]


class Title(_Data):
    """One title to fetch; without ``sections`` or ``parts`` the whole of it."""

    code: Literal["usc", "cfr"]
    number: int = Field(ge=1, le=54)
    sections: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """Where its files go, below the release: ``usc/title-08``."""
        return f"{self.code}/title-{self.number:02}"


class Plan(_Data):
    """All of ``official.toml``."""

    manners: Manners
    uscode: UsCode
    ecfr: Ecfr
    carried: Carried
    title: tuple[Title, ...]


class ReleaseName(_Data):
    """A release of both codes: ``119-100@2026-11-20``, release point and day of the eCFR."""

    congress: str
    law: str
    day: str
    """Empty where a person named the release point alone."""

    @property
    def point(self) -> str:
        """The release point of the US Code: ``119-100``."""
        return f"{self.congress}-{self.law}"

    def __str__(self) -> str:
        return f"{self.point}@{self.day}"


def read_plan(corpus_dir: Path) -> Plan:
    """Read ``official.toml``.

    Raises:
        CorpusError: it is missing or malformed.
    """
    path = corpus_dir / PLAN_FILE
    try:
        return Plan.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError:
        raise CorpusError("is missing; it lists what is to be fetched", path=path) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CorpusError(f"{where}: {first['msg']}; mend it", path=path) from None
    except ValueError as error:
        raise CorpusError(f"cannot be read ({error}); mend it", path=path) from None


def parse_release(text: str) -> ReleaseName:
    """Read a release as a person names it: ``119-100`` or ``119-100@2026-11-20``.

    Raises:
        BadInput: it is no release.
    """
    found = _RELEASE.fullmatch(text)
    if not found:
        raise BadInput(
            f"{text!r} is no release; write newest, a release point like 119-100, or one with the"
            " day of the eCFR like 119-100@2026-11-20"
        )
    return ReleaseName(congress=found["congress"], law=found["law"], day=found["day"] or "")
