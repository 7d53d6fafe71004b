"""Products beside each other: what differs first, own prices, and nothing that one does not see."""

from portiek.core.db import scope
from portiek.trade.catalog import queries


def test_what_differs_stands_on_top(client_of):
    page = client_of("sanne").get("/catalog/compare/?p=GP-125-2600&p=GPB-15-2600").content.decode()
    assert page.index("Dikte") < page.index("Verkocht per") < page.index("Breedte"), "thick or not is what they differ in; both are sold by the piece and as wide"
    assert "12,5\xa0mm" in page and "15\xa0mm" in page and "6,48" in page and "?p=GPB-15-2600" in page
    assert 'action="/orders/cart/add/"' in page or 'name="product" value="GPB-15-2600"' in page


def test_what_one_does_not_see_is_not_compared(client_of, cast):
    assert "Keilbout" in client_of("sanne").get("/catalog/compare/?p=KP-860").content.decode()
    page = client_of("els").get("/catalog/compare/?p=KP-860&p=MS-M5&q=keilbout").content.decode()
    assert "Keilbout" not in page and "KP-860" not in page and "Metselmortel" in page
    assert "Metselmortel" not in client_of("otto").get("/catalog/compare/?p=MS-M5").content.decode()
    sanne = cast.sanne
    with scope(sanne):
        assert [item.sku for item in queries.compared(sanne, ["MS-M5", "NIETS", "", "MS-M5", "GP-125-2600", "KP-860", "VV-25", "GB-50"])] == ["MS-M5", "GP-125-2600", "KP-860", "VV-25"]


def test_another_one_is_searched_and_added(client_of):
    sanne = client_of("sanne")
    page = sanne.get("/catalog/compare/?p=GP-125-2600&q=gipsplaat").content.decode()
    assert "p=GP-125-2600&amp;p=GPB-15-2600" in page
    assert sanne.get("/catalog/compare/").status_code == 200
    assert 'name="q"' not in sanne.get("/catalog/compare/?p=GP-125-2600&p=KP-860&p=VV-25&p=GB-50").content.decode().split("<main")[1]
    assert "/catalog/compare/?p=GP-125-2600" in sanne.get("/catalog/p/GP-125-2600/").content.decode()


def test_a_list_offers_to_compare_its_rows(client_of):
    page = client_of("sanne").get("/catalog/?q=gips").content.decode()
    assert '<form class="comparing" id="comparing" action="/catalog/compare/">' in page and 'name="p" value="GP-125-2600" form="comparing"' in page
    assert "comparing" not in client_of("sanne").get("/catalog/?q=GW-75-81").content.decode(), "nothing to compare one with"
