"""Search in Dutch: by name, parts of a compound, plural, number, EAN and own number; most popular first."""

import pytest

from portiek.core.db import scope
from portiek.trade.catalog import queries


@pytest.mark.parametrize(
    ("search", "first"),
    [
        ("gips", "GP-125-2600"),
        ("gipsplaten", "GP-125-2600"),
        ("GP-125-2600", "GP-125-2600"),
        ("gp1252600", "GP-125-2600"),
        ("schroeven", "SS-3535"),
        ("snelbouwsch", "SS-3535"),
        ("wol", "GW-75-81"),
        ("12,5", "GP-125-2600"),
        ("geimpregneerd", "GPI-125-2600"),
        ("GEÏMPREGNEERD", "GPI-125-2600"),
        ("plasterboard", "GP-125-2600"),
        ("BB-1001", "GP-125-2600"),
        ("bb-10", "GP-125-2600"),
        ("kozijnprofiel wit", "KZ-9016"),
    ],
)
def test_finds(cast, search, first):
    with scope(cast.sanne):
        assert queries.page(cast.sanne, search=search).rows[0].sku == first


def test_by_ean(cast):
    with scope(cast.sanne):
        product = queries.product(cast.sanne, "MS-M5")
        assert [item.sku for item in queries.page(cast.sanne, search=product.ean).rows] == ["MS-M5"]


@pytest.mark.parametrize("search", ["gips hout", "zzzz", "'; DROP TABLE catalog_product; --", "%", "&", "a" * 500, "\\", "gips:*&!"])
def test_finds_nothing_without_an_error(cast, search):
    with scope(cast.sanne):
        found = queries.page(cast.sanne, search=search)
        if search != "gips:*&!":
            assert found.rows == []


def test_own_numbers_are_one_party_s_own(cast):
    with scope(cast.dirk):
        assert queries.page(cast.dirk, search="BB-1001").rows == []


def test_pages_on_and_back(cast):
    with scope(cast.sanne):
        seen, after, pages = [], None, 0
        while True:
            page = queries.page(cast.sanne, after=after, size=9)
            seen += page.rows
            pages += 1
            if page.next is None:
                break
            after = page.next
        assert len(seen) == len({item.pk for item in seen}) == queries.products(cast.sanne).count() == 40
        assert [item.popularity for item in seen] == sorted((item.popularity for item in seen), reverse=True)
        back = queries.page(cast.sanne, before=page.previous, size=9)
        assert [item.pk for item in back.rows] == [item.pk for item in seen[-len(page.rows) - 9 : -len(page.rows)]]
        assert queries.page(cast.sanne, before=queries.page(cast.sanne, size=9, after=queries.page(cast.sanne, size=9).next).previous, size=9).previous is None


@pytest.mark.parametrize("cursor", ["x", "!!!", "W10", "WzEsIDIsIDNd", "eyJhIjoxfQ", "A" * 500, "WzFlMzAwLDFd"])
def test_a_cursor_that_is_not_ours_is_the_first_page(cast, cursor):
    with scope(cast.sanne):
        assert queries.page(cast.sanne, after=cursor).rows


def test_a_category_narrows_with_its_children(cast):
    with scope(cast.sanne):
        wood = queries.category(cast.sanne, "hout")
        assert {item.category_id for item in queries.page(cast.sanne, category=wood).rows} == {wood.pk}
        assert queries.facets(cast.sanne).counts[wood.pk] == queries.products(cast.sanne, category=wood).count()


def test_codes_own_number_first(cast):
    with scope(cast.sanne):
        found = queries.products_by_code(cast.sanne, ["bb-1001", "ss-3535", "SS-3535", "nothing", queries.product(cast.sanne, "MS-M5").ean])
        assert [item.sku for item in found["bb-1001"]] == ["GP-125-2600"]
        assert [item.sku for item in found["ss-3535"]] == ["SS-3535"]
        assert "nothing" not in found
        assert found["ss-3535"] == found["SS-3535"] and len(found) == 4
