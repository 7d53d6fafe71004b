"""The numbers by which the outside world knows a company."""

import pytest

from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.foundation.parties import actions, queries, rules
from portiek.foundation.parties.models import Party

FORM = {"number": "10999", "name": "Dubbel B.V.", "kind": "customer", "language": "nl", "payment_days": "30"}


@pytest.mark.parametrize(("kind", "typed", "kept"), [
    ("coc_number", "1234 5678", "12345678"), ("coc_number", "1234567", None), ("coc_number", "00000000", None), ("coc_number", "1234567A", None), ("coc_number", "", ""),
    ("branch_number", "0000 1234.5678", "000012345678"), ("branch_number", "12345678", None), ("rsin", "004495445", "004495445"), ("rsin", "004495446", None),
    ("vat_number", "nl 0044.95.445.B01", "NL004495445B01"), ("vat_number", "004495445B01", "NL004495445B01"), ("vat_number", "NL004495446B01", None), ("vat_number", "BE 0428.759.497", "BE0428759497"),
    ("vat_number", "BE0428759498", None), ("vat_number", "DE136695976", "DE136695976"), ("vat_number", "EL094259216", "EL094259216"), ("vat_number", "XX123456", None), ("vat_number", "٤٤", None),
    ("gln", "8712345678906", "8712345678906"), ("gln", "8712345678907", None), ("gln", "87123456", None), ("duns", "15-048-3782", "150483782"), ("duns", "1504837820", None), ("rsin", "٠٠٤٤٩٥٤٤٥", None),
])
def test_a_number_is_read_and_checked(kind, typed, kept):
    assert rules.read_number(kind, typed) == kept


def test_all_that_is_wrong_is_said_at_once(client_of):
    page = client_of("peter").post("/parties/new/", {**FORM, "coc_number": "1", "vat_number": "NL1", "rsin": "1", "duns": "1", "gln": "1", "branch_number": "1"})
    assert page.status_code == 422
    assert page.content.decode().count('aria-invalid="true"') == 6


def test_the_action_holds_it_too(cast):
    with scope(cast.peter):
        with pytest.raises(Refused) as refused:
            actions.create_party(cast.peter, number="1", name="x", kind="customer", gln="123")
        assert (refused.value.code, refused.value.field) == ("gln-wrong", "gln")
        with pytest.raises(Refused):
            actions.change_party(cast.peter, party=queries.party(cast.peter, "10077"), values={"coc_number": "12"})
        made = actions.create_party(cast.peter, number="1", name="x", kind="customer")
        party = actions.change_party(cast.peter, party=made, values={"vat_number": "nl004495445b01"})
        assert party.vat_number == "NL004495445B01"


def test_a_double_is_asked_about_and_may_be_right(client_of, cast):
    peter = client_of("peter")
    answer = peter.post("/parties/new/", {**FORM, "coc_number": "12345678"})
    assert answer.status_code == 422 and "Bouwbedrijf Bakker B.V." in answer.content.decode() and 'name="anyway"' in answer.content.decode()
    assert peter.post("/parties/new/", {**FORM, "coc_number": "12345678", "anyway": "on"}).status_code == 302
    page = peter.get("/parties/10999/").content.decode()
    assert "Bouwbedrijf Bakker B.V." in page
    # What was asked once is not asked again when something else changes.
    assert peter.post("/parties/10999/change/", {**FORM, "coc_number": "12345678", "phone": "038 1234567"}).status_code == 302
    # Another branch of the same company is no double.
    assert peter.post("/parties/new/", {**FORM, "number": "10998", "coc_number": "87654321", "branch_number": "000012345678"}).status_code == 302
    assert peter.post("/parties/new/", {**FORM, "number": "10997", "coc_number": "87654321", "branch_number": "000012345679"}).status_code == 302
    assert peter.post("/parties/new/", {**FORM, "number": "10996", "coc_number": "87654321"}).status_code == 422


def test_nobody_but_staff_learns_of_a_double(cast):
    for actor in (cast.sanne, cast.dirk):
        with scope(actor):
            assert queries.alike(actor, {"coc_number": "12345678"}) == []
    with scope(cast.otto):
        assert queries.alike(cast.otto, {"coc_number": "12345678"}) == []
    with scope(cast.peter):
        assert [party.number for party in queries.alike(cast.peter, {"coc_number": "12345678"})] == ["10042"]


@pytest.mark.parametrize("typed", ["12345678", "1234.5678", "NL004495445B01", "nl0044", "8712345678906"])
def test_staff_find_a_party_by_its_numbers(client_of, typed):
    text = client_of("peter").get("/parties/", {"q": typed}).content.decode()
    assert "Bouwbedrijf Bakker" in text and "Kozijnhuis" not in text


def test_an_odd_number_of_the_administration_is_kept_and_said(client_of, cast):
    with scope(cast.system):
        Party.objects.filter(number="10077").update(vat_number="NL123", external_id="erp-77")
    page = client_of("peter").get("/parties/10077/").content.decode()
    assert "NL123" in page and "notice wait" in page
    assert "notice wait" not in client_of("peter").get("/parties/10042/").content.decode()
    # Which fields are the administration's stays as it was: the numbers that it does not send can be filled in here.
    form = client_of("peter").get("/parties/10077/change/").content.decode()
    assert 'name="vat_number"' not in form and 'name="gln"' in form
