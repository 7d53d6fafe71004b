"""Addresses that cannot be read are refused before any page."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("path", ["/orders/?q=%00", "/catalog/?q=a%00b", "/parties/?q=%00", "/audit/?name=%00", "/invoices/?after=%00", "/search/?q=%00&palette=1"])
def test_a_nul_in_an_address_is_a_bad_request(client_of, path):
    answer = client_of("olga").get(path)
    assert answer.status_code == 400
    assert "niet worden gelezen" in answer.content.decode() or "could not be read" in answer.content.decode()


def test_the_api_says_so_as_a_problem(client_of):
    answer = client_of("olga").get("/api/v1/products?search=%00")
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"
