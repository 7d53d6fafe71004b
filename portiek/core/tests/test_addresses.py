"""Keys in addresses come back as they went in."""

import pytest
from django.urls import resolve, reverse

from portiek.core.addresses import Key

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize("number", ["F-88213", "INV/2026/0001", "~1", "~0/~2", ".", "..", "a.b", "é 1", "/", "x" * 64])
def test_a_key_comes_back(number):
    assert "/" not in Key().to_url(number)
    assert resolve(reverse("invoicing:detail", args=[number]).replace("%20", " ").replace("%C3%A9", "é")).kwargs == {"number": number}
