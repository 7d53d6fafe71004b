"""Fields on parties, products and orders, and the attacks beside them."""

import io

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.models import FactRow
from portiek.foundation.fields import actions, queries
from portiek.foundation.fields.models import Field, PartyValue
from portiek.foundation.fields.parties import PARTY
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.records import PartyRecord
from portiek.trade.catalog.fields import PRODUCT
from portiek.trade.catalog.models import Product, ProductValue
from portiek.trade.orders.fields import ORDER
from portiek.trade.orders.models import Order, OrderValue

CANARY = "KANARIE-93"


def made(cast, label="Regio", subject=PARTY, kind="text", **more):
    with scope(cast.olga):
        return actions.make_field(cast.olga, subject=subject, label=label, kind=kind, **more)


def fill(actor, subject, row, **values):
    with scope(actor):
        return actions.fill(actor, subject=subject, row=row, values=values)


def bakker(cast):
    with scope(cast.system):
        return Party.objects.get(number="10042")


def product_of(cast, actor):
    with scope(actor):
        return Product.objects.filter(is_active=True).order_by("pk").first()


def test_staff_make_a_field_fill_it_in_and_the_party_sees_it(client_of, cast):
    olga = client_of("olga")
    answer = olga.post("/fields/new/party/", {"label": "Vaste losplaats", "kind": "text", "visibility": "see", "position": "5", "help": "Waar de chauffeur stopt"})
    assert answer.status_code == 302
    assert "Vaste losplaats" in olga.get("/fields/").content.decode()
    page = olga.get("/fields/of/party/10042/").content.decode()
    assert 'name="own-vaste_losplaats"' in page and "Waar de chauffeur stopt" in page
    assert olga.post("/fields/of/party/10042/", {"own-vaste_losplaats": "Achter de loods"}).headers["Location"] == "/parties/10042/fields/"
    assert "Achter de loods" in olga.get("/parties/10042/fields/").content.decode()
    assert "Achter de loods" in client_of("sanne").get("/parties/mine/").content.decode()
    # Another company has its own, which is empty.
    assert "Achter de loods" not in client_of("dirk").get("/parties/mine/").content.decode()
    assert client_of("dirk").get("/fields/of/party/10042/").status_code == 404


def test_a_field_of_the_staff_never_reaches_a_party(client_of, cast):
    """T05: not on a page, in the API, in the log, in a copy of one's data; row security itself holds it, whatever a query asks."""
    for subject in (PARTY, PRODUCT, ORDER):
        made(cast, "Intern oordeel", subject)
    party, product = bakker(cast), product_of(cast, cast.sanne)
    with scope(cast.sanne):
        order = Order.objects.order_by("pk").first()
    for subject, row in ((PARTY, party), (PRODUCT, product), (ORDER, order)):
        assert fill(cast.olga, subject, row, intern_oordeel=CANARY) == 1
    run_jobs()
    staff, sanne = client_of("olga"), client_of("sanne")
    pages = [f"/parties/{party.number}/fields/", reverse("catalog:detail", args=[product.sku]), f"/orders/{order.number}/"]
    for address in pages:
        assert CANARY in staff.get(address).content.decode(), address
    for address in ("/parties/mine/", reverse("catalog:detail", args=[product.sku]), f"/orders/{order.number}/", f"/orders/{order.number}/pdf/", "/audit/", "/fields/of/party/10042/", "/orders/?own=intern_oordeel:x", "/"):
        answer = sanne.get(address)
        assert answer.status_code == 200 and CANARY.encode() not in answer.content and b"Intern oordeel" not in answer.content, address
    for address in (f"/fields/of/product/{product.sku}/", f"/fields/of/order/{order.number}/", "/fields/", "/fields/new/party/"):
        assert sanne.get(address).status_code == 404, address
    with scope(cast.sanne):
        assert not Field.objects.filter(key="intern_oordeel").exists()
        for model in (PartyValue, ProductValue, OrderValue):
            assert not model.objects.exists()
        with connection.cursor() as cursor:
            for table in ("fields_party_value", "catalog_product_value", "orders_order_value", "fields_field"):
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone()[0] == 0, table
        assert not FactRow.objects.filter(name="fields.value.changed").exists()
    with scope(cast.olga):
        assert FactRow.objects.filter(name="fields.value.changed").count() == 3


def test_what_is_opened_or_closed_holds_at_once_for_what_was_there(client_of, cast):
    field, party = made(cast), bakker(cast)
    fill(cast.olga, PARTY, party, regio="Noord")
    with scope(cast.olga):
        actions.change_field(cast.olga, field=field, label="Regio", visibility="see")
    assert "Noord" in client_of("sanne").get("/parties/mine/").content.decode()
    with scope(cast.olga):
        actions.end_field(cast.olga, field=field)
    assert "Noord" not in client_of("sanne").get("/parties/mine/").content.decode()
    page = client_of("olga").get("/parties/10042/fields/").content.decode()
    assert "Noord" in page
    with scope(cast.sanne):
        assert not PartyValue.objects.exists()
    # An ended field takes nothing more, until it is taken up again.
    with pytest.raises(Refused, match="field-unknown"):
        fill(cast.olga, PARTY, party, regio="Zuid")
    with scope(cast.olga):
        actions.resume_field(cast.olga, field=field)
    assert fill(cast.olga, PARTY, party, regio="Zuid") == 1


def test_a_party_fills_in_what_is_meant_for_it_and_nothing_else(client_of, cast):
    made(cast, "Openingstijd", visibility="fill", required=True)
    made(cast, "Regio", visibility="see")
    made(cast, "Oordeel")
    sanne, party = client_of("sanne"), bakker(cast)
    page = sanne.get("/fields/of/party/10042/").content.decode()
    assert "own-openingstijd" in page and "own-regio" not in page and "own-oordeel" not in page
    assert sanne.post("/fields/of/party/10042/", {"own-openingstijd": ""}).status_code == 422
    # T04: what is sent beside it is not taken.
    assert sanne.post("/fields/of/party/10042/", {"own-openingstijd": "7 uur", "own-regio": "Noord", "own-oordeel": "Goed", "party_id": "1"}).status_code == 302
    with scope(cast.olga):
        assert queries.values(cast.olga, PARTY, party) == {"openingstijd": "7 uur"}
    for key in ("regio", "oordeel"):
        with pytest.raises(Refused, match="field-unknown"):
            fill(cast.sanne, PARTY, party, **{key: "x"})
    with pytest.raises(NotFound):
        fill(cast.dirk, PARTY, party, openingstijd="8 uur")
    # Who may not change the company's data may not fill in either; a colleague reads on.
    with pytest.raises(Forbidden):
        fill(cast.youssef, PARTY, party, openingstijd="9 uur")
    assert client_of("youssef").get("/fields/of/party/10042/").status_code == 403
    assert "7 uur" in client_of("youssef").get("/parties/mine/").content.decode()


@pytest.mark.parametrize("visibility", ["staff", "see"])
def test_the_database_itself_keeps_a_party_from_writing(cast, visibility):
    field = made(cast, visibility=visibility)
    with scope(cast.sanne), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        PartyValue.objects.create(portal_id=cast.sanne.portal_id, party_id=cast.sanne.party_id, field_id=field.pk, value="x")
    fill(cast.olga, PARTY, bakker(cast), regio="Noord")
    with scope(cast.sanne):
        assert PartyValue.objects.filter(field_id=field.pk).update(value="Zuid") == 0
        assert PartyValue.objects.filter(field_id=field.pk).delete()[0] == 0


def test_the_database_itself_keeps_a_party_to_its_own(cast):
    field = made(cast, visibility="fill")
    with scope(cast.sanne), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        PartyValue.objects.create(portal_id=cast.sanne.portal_id, party_id=cast.dirk.party_id, field_id=field.pk, value="x")
    product = product_of(cast, cast.sanne)
    with scope(cast.sanne), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        ProductValue.objects.create(portal_id=cast.sanne.portal_id, product=product, field_id=field.pk, value="x")
    with scope(cast.sanne):
        order = Order.objects.order_by("pk").first()
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            OrderValue.objects.filter(order=order).update(value="x")


def test_a_value_and_its_field_are_of_one_portal(cast):
    """Keys bypass row security: the composite key holds the portal."""
    field = made(cast)
    with scope(cast.otto):
        party = Party.objects.order_by("pk").first()
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            PartyValue.objects.create(portal_id=cast.otto.portal_id, party=party, field_id=field.pk, value="x")
        assert isinstance(refused.value.__cause__, psycopg.errors.ForeignKeyViolation)
    with scope(cast.otto):
        assert not queries.every(cast.otto)
        with pytest.raises(NotFound):
            queries.field(cast.otto, field.pk)


def test_a_product_s_field_is_seen_where_the_product_is(client_of, cast):
    """A party sees a value where it sees both the product and the field."""
    made(cast, "Montagefilm", PRODUCT, "url", visibility="see")
    with scope(cast.olga):
        every = set(Product.objects.filter(is_active=True).values_list("pk", flat=True))
    with scope(cast.dirk):
        own = set(Product.objects.filter(is_active=True).values_list("pk", flat=True))
    inside, outside = min(own), min(every - own)
    with scope(cast.olga):
        for key in (inside, outside):
            actions.fill(cast.olga, subject=PRODUCT, row=Product.objects.get(pk=key), values={"montagefilm": f"https://film.example/{key}"})
        sku = Product.objects.get(pk=inside).sku
    with scope(cast.dirk):
        assert list(ProductValue.objects.values_list("product_id", flat=True)) == [inside]
    page = client_of("dirk").get(reverse("catalog:detail", args=[sku])).content.decode()
    assert f'<a href="https://film.example/{inside}" rel="noopener noreferrer nofollow">' in page


def test_no_synchronisation_touches_what_the_portal_keeps(cast):
    made(cast)
    party = bakker(cast)
    with scope(cast.system):
        Party.objects.filter(pk=party.pk).update(external_id="erp-1")
    fill(cast.olga, PARTY, party, regio="Noord")
    with scope(cast.system):
        found = Party.objects.get(pk=party.pk)
        parties.apply_parties(cast.system, [PartyRecord(external_id="erp-1", number=found.number, name="Bakker Bouw Groep", version="77")])
        assert Party.objects.get(pk=party.pk).name == "Bakker Bouw Groep"
        assert queries.values(cast.system, PARTY, party) == {"regio": "Noord"}


@pytest.mark.parametrize(("kind", "bad", "good", "shown"), [
    ("number", "veel", "12,5", "12,5"), ("date", "morgen", "2026-12-31", "31 december 2026"), ("choice", "Oost", "Noord", "Noord"), ("yes_no", "wellicht", "yes", "Ja"), ("url", "javascript:alert(1)", "https://voorbeeld.nl/", "https://voorbeeld.nl/"),
])  # fmt: skip
def test_each_kind_takes_its_own_and_says_what_it_wants(client_of, cast, kind, bad, good, shown):
    made(cast, "Veld", kind=kind, choices=["Noord", "Zuid"])
    olga = client_of("olga")
    refused = olga.post("/fields/of/party/10042/", {"own-veld": bad})
    assert refused.status_code == 422 and 'aria-invalid="true"' in refused.content.decode()
    assert olga.post("/fields/of/party/10042/", {"own-veld": good}).status_code == 302
    assert shown in olga.get("/parties/10042/fields/").content.decode()
    assert olga.post("/fields/of/party/10042/", {"own-veld": ""}).status_code == 302
    with scope(cast.olga):
        assert not PartyValue.objects.exists()


def test_what_changed_stands_in_the_log_with_old_and_new(client_of, cast):
    made(cast, visibility="see")
    party = bakker(cast)
    fill(cast.olga, PARTY, party, regio="Noord")
    fill(cast.olga, PARTY, party, regio="Zuid")
    assert fill(cast.olga, PARTY, party, regio="Zuid") == 0
    with scope(cast.sanne):
        told = list(FactRow.objects.filter(name="fields.value.changed").order_by("pk").values_list("changes", "subject"))
    assert told == [({"Regio": ["", "Noord"]}, f"parties.party:{party.pk}"), ({"Regio": ["Noord", "Zuid"]}, f"parties.party:{party.pk}")]
    assert "Noord → Zuid" in client_of("olga").get("/parties/10042/log/").content.decode()


def test_a_choice_taken_away_stays_where_it_was_chosen(client_of, cast):
    field, party = made(cast, kind="choice", choices=["Noord", "Zuid"]), bakker(cast)
    fill(cast.olga, PARTY, party, regio="Noord")
    with scope(cast.olga):
        actions.change_field(cast.olga, field=field, label="Regio", visibility="staff", choices=["Zuid", "Oost"])
    olga = client_of("olga")
    assert '<option value="Noord" selected' in olga.get("/fields/of/party/10042/").content.decode()
    assert olga.post("/fields/of/party/10042/", {"own-regio": "Noord"}).status_code == 302
    with scope(cast.dirk):
        other = Party.objects.get()
    with pytest.raises(Refused, match="field-wrong"):
        fill(cast.olga, PARTY, other, regio="Noord")
    with scope(cast.olga), pytest.raises(Refused, match="field-choices"):
        actions.change_field(cast.olga, field=field, label="Regio", visibility="staff", choices=["Zuid"])


def test_staff_narrow_their_lists_by_choices(client_of, cast):
    made(cast, kind="choice", choices=["Noord", "Zuid"])
    made(cast, "Actie", PRODUCT, "yes_no")
    made(cast, "Spoed", ORDER, "yes_no")
    party, product = bakker(cast), product_of(cast, cast.sanne)
    with scope(cast.sanne):
        order = Order.objects.order_by("pk").first()
    fill(cast.olga, PARTY, party, regio="Noord")
    fill(cast.olga, PRODUCT, product, actie="yes")
    fill(cast.olga, ORDER, order, spoed="yes")
    olga = client_of("olga")
    for address, holds, lacks in (("/parties/?own=regio:Noord", "10042", "De Vries"), ("/catalog/?own=actie:yes", product.sku, None), ("/orders/?own=spoed:yes", order.number, None)):
        page = olga.get(address).content.decode()
        assert holds in page and " selected" in page and (lacks is None or lacks not in page), address
    assert party.name not in olga.get("/parties/?own=regio:Zuid").content.decode()
    assert order.number not in olga.get("/orders/?own=spoed:no").content.decode()
    # What is not one of them narrows nothing, and a party has no such choice.
    assert party.name in olga.get("/parties/?own=regio:Oost").content.decode()
    assert "spoed" not in client_of("sanne").get("/orders/?own=spoed:yes").content.decode().lower()


def test_only_who_may_makes_fields(client_of, cast):
    peter = client_of("peter")
    assert peter.get("/fields/").status_code == 403 and peter.post("/fields/new/party/", {"label": "X", "kind": "text", "visibility": "staff"}).status_code == 403
    with scope(cast.peter), pytest.raises(Forbidden):
        actions.make_field(cast.peter, subject=PARTY, label="X", kind="text")
    # Who may change companies fills in.
    made(cast)
    assert fill(cast.peter, PARTY, bakker(cast), regio="Noord") == 1
    with pytest.raises(Forbidden):
        fill(cast.peter, PRODUCT, product_of(cast, cast.peter), regio="Noord")
    assert client_of("olga").get("/fields/new/invoice/").status_code == 404


def test_there_are_no_more_fields_than_a_page_can_hold(cast, monkeypatch):
    monkeypatch.setattr("portiek.foundation.fields.rules.MOST", 2)
    made(cast, "Een")
    made(cast, "Twee")
    with pytest.raises(Refused, match="field-most"):
        made(cast, "Drie")
    made(cast, "Drie", PRODUCT)


def test_lists_cost_the_same_however_much_is_filled_in(cast):
    """One statement for all values of a page."""
    field = made(cast, "Kleur", PRODUCT, visibility="see")
    with scope(cast.olga):
        for product in Product.objects.filter(is_active=True).order_by("pk")[:20]:
            ProductValue.objects.create(portal_id=cast.olga.portal_id, product=product, field=field, value="Rood")
    counted = []
    for number in (2, 20):
        with scope(cast.olga), CaptureQueriesContext(connection) as asked:
            keys = list(Product.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)[:number])
            assert len(queries.filled(cast.olga, PRODUCT, keys)) == number
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_the_paper_of_an_order_shows_what_the_buyer_sees(client_of, cast):
    made(cast, "Kostenplaats", ORDER, visibility="fill", label_en="Cost centre")
    made(cast, "Laadklep nodig", ORDER, kind="yes_no", visibility="see")
    made(cast, "Intern oordeel", ORDER)
    with scope(cast.sanne):
        order = Order.objects.order_by("pk").first()
    fill(cast.olga, ORDER, order, kostenplaats="KP 4711", laadklep_nodig="yes", intern_oordeel=CANARY)
    # Also the staff's own paper leaves out what is theirs alone: it goes from hand to hand.
    for who in ("sanne", "olga"):
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(client_of(who).get(f"/orders/{order.number}/pdf/").content)).pages)
        assert "Kostenplaats" in text and "KP 4711" in text and "Laadklep nodig" in text and "Ja" in text and CANARY not in text and "Intern oordeel" not in text
    assert client_of("dirk").get(f"/orders/{order.number}/pdf/").status_code == 404
