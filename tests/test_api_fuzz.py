"""Schemathesis asks whatever the descriptions allow, and what they do not."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.engine import open_engine
from bot.settings import Settings
from tests.serving import app_of

pytestmark = pytest.mark.slow

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
quietly = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The real engine on the real law, without an index: what is asked here needs no search."""
    engine = open_engine(Settings(data_dir=tmp_path_factory.mktemp("data")))
    yield app_of(engine)
    engine.close()


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("description", ["/api/openapi.json", "/v1/openapi.json"])
def test_every_operation(app, description, mode):
    schema = schemathesis.openapi.from_asgi(description, app)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) >= 3
    for operation in operations:
        # A path that may be any text has no wrong one.
        if mode is GenerationMode.POSITIVE or len(operation.body) or len(operation.query):
            quietly(given(operation.as_strategy(generation_mode=mode))(checked))()


def checked(case) -> None:
    answer = case.call()
    # Without an index the search says so; that is no crash.
    down = answer.status_code == 503 and "index_unavailable" in answer.text
    checks = [one for one in CHECKS if not (down and one is not_a_server_error)]
    case.validate_response(answer, checks=checks)
    assert len(answer.headers["x-request-id"][0]) == 32
    assert "Traceback" not in answer.text
