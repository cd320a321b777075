"""What every test shares: no test can reach a real model."""

import pytest

from bot.answer import models


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "loopback_only", True)
