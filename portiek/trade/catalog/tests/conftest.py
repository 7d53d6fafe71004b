"""What the tests of the catalogue share."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def statements_of() -> Callable[[Callable[[], object]], int]:
    """A function that runs another and returns how many statements it took."""

    def count(function: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as caught:
            function()
        return len(caught)

    return count
