"""What stands on every page: counts in one statement, words and addresses that are looked up once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from portiek.config.jinja import _url
from portiek.core.counting import Counting, counted
from portiek.core.db import scope


def test_counts_are_asked_for_in_one_statement_and_come_back_in_order(cast: Any) -> None:
    with scope(cast.sanne, read_only=True), CaptureQueriesContext(connection) as statements:
        found = counted(
            [Counting("SELECT count(*) FROM generate_series(1, %s)", (3,)), Counting("SELECT 7"), Counting("SELECT count(*) FROM generate_series(1, %s)", (5,))]
        )
    assert found == [3, 7, 5]
    assert len(statements) == 1


def test_nothing_to_count_asks_nothing() -> None:
    assert counted([]) == []


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("orders:list", ()),
        ("orders:detail", ("VD-10042-0007",)),
        ("orders:detail", ("a b%c é&#?",)),
        ("orders:detail", ("INV/2026~1",)),
        ("orders:detail", ("..",)),
        ("catalog:detail", ("GP-1/2",)),
        ("catalog:own-number", ("50%",)),
        ("ui:brand", (158, 85)),
        ("accounts:colleague", (0,)),
        ("accounts:colleague", (90123456789,)),
    ],
)
def test_an_address_is_what_django_makes_of_it(name: str, arguments: tuple[Any, ...]) -> None:
    assert _url(name, *arguments) == reverse(name, args=arguments or None)


def test_an_address_that_cannot_be_made_is_an_error() -> None:
    for arguments in (("",), ("a", "b")):
        with pytest.raises(NoReverseMatch):
            _url("orders:detail", *arguments)
    with pytest.raises(NoReverseMatch):
        _url("files:download", "a/b")
    for number in (-1, "one", 1.5):
        with pytest.raises(NoReverseMatch):
            _url("accounts:colleague", number)


def _made(text: str, **values: Any) -> str:
    return str(engines["jinja2"].from_string(text).render(values))


def test_words_follow_the_language_and_escape_what_is_put_in() -> None:
    with translation.override("en"):
        assert _made('{{ _("Search") }}') == "Search"
        assert _made('{{ _("100%% of %(name)s", name=name) }}', name="<b>") == "100% of &lt;b&gt;"
        assert _made('{{ _("100%%") }}') == "100%"
    with translation.override("nl"):
        assert _made('{{ _("Search") }}') == "Zoeken"
