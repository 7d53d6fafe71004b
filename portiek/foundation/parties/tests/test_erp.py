"""What the ERP says about parties."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.core.errors import Forbidden
from portiek.foundation.parties import actions, facts, rules
from portiek.foundation.parties.models import Address, Contact, Party
from portiek.foundation.parties.records import AddressRecord, ContactRecord, PartyRecord, Problem

BAKKER = PartyRecord("t-1", "10042", "Bouwbedrijf Bakker Groep B.V.", credit_limit=Decimal("30000"), payment_days=14, version="7",
                     addresses=(AddressRecord("a-1", "Industrieweg 12", "Zwolle", "8013 PX", is_invoice=True), AddressRecord("a-2", "Haven 1", "Kampen")),
                     contacts=(ContactRecord("c-1", "Sanne Bakker", "Directeur"),))
NEW = PartyRecord("t-2", "11111", "Nieuw B.V.", kind="dealer", language="en")


@pytest.fixture(autouse=True)
def unknown_to_the_erp(cast):
    """Higher modules tie the cast to an ERP of their own; here it starts untied."""
    for system in (cast.system, cast.system_of_brand):
        with scope(system):
            Party.objects.update(external_id=None, erp_version="")
            Address.objects.update(external_id=None)
            Contact.objects.update(external_id=None)
            Contact.objects.update(is_active=False)


def apply(cast, *records):
    with scope(cast.system):
        return actions.apply_parties(cast.system, records)


def party(number="10042"):
    return Party.objects.get(number=number)


def test_a_known_party_is_found_by_its_number_and_tied_to_the_erp(cast):
    assert apply(cast, BAKKER) == []
    with scope(cast.peter):
        found = party()
        assert (found.external_id, found.name, found.payment_days, found.erp_version) == ("t-1", "Bouwbedrijf Bakker Groep B.V.", 14, "7")
        assert found.as_of is not None
        assert set(Address.objects.filter(party=found, external_id__isnull=False).values_list("external_id", flat=True)) == {"a-1", "a-2"}
        assert Contact.objects.get(party=found, external_id="c-1").name == "Sanne Bakker"
        # what the party itself made stays
        assert Address.objects.filter(party=found, external_id=None, is_active=True).exists()


def test_a_sync_never_touches_what_the_portal_owns(cast):
    apply(cast, BAKKER)
    with scope(cast.peter):
        actions.change_party(cast.peter, party=party(), values={"kind": "dealer", "language": "en"})
    apply(cast, replace(BAKKER, version="8", name="Anders", kind="customer", language="nl"))
    with scope(cast.peter):
        assert (party().name, party().kind, party().language) == ("Anders", "dealer", "en")


def test_the_same_version_is_skipped_and_facts_come_once(cast):
    with scope(cast.system):
        earlier = len(recorded())
    apply(cast, NEW, BAKKER)
    with scope(cast.system):
        new, old = party("11111").pk, party().pk
        told = recorded()[earlier:]
        assert told.count(facts.PartyCreated(party_id=new)) == 1 and told.count(facts.PartyChanged(party_id=old)) == 1
        assert (party("11111").kind, party("11111").language) == ("dealer", "en")
        before = len(recorded())
    apply(cast, NEW, BAKKER)
    apply(cast, replace(BAKKER, name="Zelfde versie, dus niet gelezen"))
    with scope(cast.system):
        assert len(recorded()) == before and party().name == BAKKER.name


def test_a_tombstone_closes_the_door(cast, client_of):
    sanne = client_of("sanne")
    assert sanne.get("/parties/mine/").status_code == 200
    apply(cast, replace(BAKKER, active=False))
    assert sanne.get("/parties/mine/").status_code == 302
    with scope(cast.peter):
        assert not party().is_active


def test_what_the_erp_no_longer_names_is_ended(cast):
    apply(cast, BAKKER)
    apply(cast, replace(BAKKER, version="8", addresses=BAKKER.addresses[:1], contacts=()))
    with scope(cast.peter):
        assert set(Address.objects.filter(external_id__isnull=False, is_active=True).values_list("external_id", flat=True)) == {"a-1"}
        assert not Contact.objects.filter(is_active=True).exists()


def test_an_address_may_move_to_another_party(cast):
    apply(cast, BAKKER)
    apply(cast, replace(NEW, addresses=BAKKER.addresses[1:]))
    with scope(cast.peter):
        assert Address.objects.get(external_id="a-2").party.number == "11111"


@pytest.mark.parametrize(("bad", "problem"), [
    (replace(NEW, external_id=""), Problem("", "incomplete", "external_id")),
    (replace(NEW, number=" "), Problem("t-2", "incomplete", "number")),
    (replace(NEW, kind="alien"), Problem("t-2", "unknown-kind", "kind")),
    (replace(NEW, name="x" * 201), Problem("t-2", "too-long", "name")),
    (replace(NEW, name="a\0b"), Problem("t-2", "not-text", "name")),
    (replace(NEW, credit_limit=Decimal("NaN")), Problem("t-2", "not-an-amount", "credit_limit")),
    (replace(NEW, credit_limit=Decimal("1e15")), Problem("t-2", "not-an-amount", "credit_limit")),
    (replace(NEW, payment_days=-1), Problem("t-2", "not-a-number-of-days", "payment_days")),
    (replace(NEW, addresses=(BAKKER.addresses[0], BAKKER.addresses[0])), Problem("t-2", "parts-without-own-id", "addresses")),
    (replace(NEW, number="10042", name="Kaapt een nummer"), Problem("t-2", "number-taken", "number")),
])
def test_one_bad_record_never_blocks_the_rest(cast, bad, problem):
    assert apply(cast, BAKKER, bad) == [problem]
    with scope(cast.peter):
        assert party().external_id == "t-1" and not Party.objects.filter(external_id="t-2").exists()


def test_what_only_the_database_refuses_blocks_nobody_either(cast):
    apply(cast, BAKKER, NEW)
    # Two numbers that change places cannot be written at once.
    problems = apply(cast, replace(BAKKER, number="11111", version="9"), replace(NEW, number="10042"), PartyRecord("t-3", "22222", "Derde B.V."))
    assert {item.external_id for item in problems} == {"t-1", "t-2"}
    with scope(cast.peter):
        assert party("22222").name == "Derde B.V." and party().external_id == "t-1"


def test_a_batch_costs_the_same_however_large(cast):
    def batch(size, start):
        return [PartyRecord(f"x-{number}", f"9{number}", f"Firma {number}", addresses=(AddressRecord(f"xa-{number}", "Weg 1", "Zwolle"),)) for number in range(start, start + size)]

    counts = []
    for records in (batch(2, 0), batch(60, 100)):
        with scope(cast.system), CaptureQueriesContext(connection) as asked:
            assert actions.apply_parties(cast.system, records) == []
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_only_the_system_applies(cast):
    with scope(cast.peter), pytest.raises(Forbidden):
        actions.apply_parties(cast.peter, [NEW])


def test_the_other_portal_has_its_own_numbers(cast):
    with scope(cast.system_of_brand):
        assert actions.apply_parties(cast.system_of_brand, [BAKKER]) == []
        assert Party.objects.count() == 2
    with scope(cast.peter):
        assert party().external_id is None


@pytest.mark.parametrize(("text", "country", "written"), [("8013px", "NL", "8013 PX"), (" 8013  PX ", "NL", "8013 PX"), ("0013PX", "NL", None), ("8013", "NL", None), ("9000", "BE", "9000"), ("d-10115", "DE", "D-10115")])
def test_postal_codes(text, country, written):
    assert rules.postal_code(text, country) == written


def test_fields_have_one_owner():
    assert rules.owner("name", "t-1") == "erp" and rules.owner("name", None) == rules.owner("language", "t-1") == "portal"
