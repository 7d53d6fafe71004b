"""Every operation of the API with what its description allows and what it forbids: never our fault, nothing that is not described."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from portiek.config.testing import other_database
from portiek.edges.api.cast import secret_of
from portiek.edges.api.mount import schema as described
from portiek.foundation.accounts.cast import Cast

pytestmark = pytest.mark.no_database
schema = schemathesis.openapi.from_dict(described())
schema.app = get_wsgi_application()


@pytest.fixture(scope="module")
def key() -> Iterator[str]:
    """A database of its own, and a customer's key with all rights."""
    with other_database("contract"):
        yield secret_of(Cast().sanne)


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_keeps_to_its_description(case, key):
    """Status, content type and shape are described; another shape is refused; the right shape is not, unless by a rule that is described."""
    headers = {"Host": "localhost", "Authorization": f"Bearer {key}"}
    answer = case.call(headers=headers)
    rules = (*case.operation.definition.raw["x-refuses"], "idempotency-key-reused")
    refused = answer.status_code in (409, 422) and answer.json()["code"] in rules
    case.validate_response(answer, excluded_checks=[positive_data_acceptance] if refused else [], headers=headers)
    case.call_and_validate(headers={"Host": "localhost"})
