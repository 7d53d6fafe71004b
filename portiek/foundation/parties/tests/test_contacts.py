"""Contacts of a party: kept by itself and by staff, found, and never another company's or the ERP's."""

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.foundation.accounts.models import Role
from portiek.foundation.parties import actions, facts, queries
from portiek.foundation.parties.models import Contact, Unit

TYPED = {"name": "Bas Kok", "role": "Werkvoorbereider", "email": "Bas.Kok@bakker.example", "phone": "06 1", "unit": "", "note": "Bel na tien uur."}


def contact_of(name):
    return Contact.objects.get(name=name)


@pytest.mark.parametrize(("who", "base"), [("sanne", "/parties/mine/contacts/"), ("peter", "/parties/10042/contacts/")])
def test_a_contact_is_made_changed_and_removed(client_of, cast, who, base):
    client, actor = client_of(who), getattr(cast, who)
    with scope(actor):
        unit = Unit.objects.get(name="Kampen")
    assert client.post(f"{base}new/", {**TYPED, "unit": unit.pk}).headers["Location"] == base
    with scope(actor):
        made = contact_of("Bas Kok")
        assert (made.email, made.unit_id, made.party_id) == ("bas.kok@bakker.example", unit.pk, unit.party_id)
        assert facts.ContactAdded(contact_id=made.pk) in recorded()
    page = client.get(base).content.decode()
    assert "Bas Kok" in page and "Henk de Boer" in page and "Kampen" in page
    assert client.post(f"{base}{made.pk}/", {**TYPED, "role": "Planner", "unit": ""}).status_code == 302
    with scope(actor):
        made.refresh_from_db()
        assert (made.role, made.unit_id) == ("Planner", None)
        assert facts.ContactChanged(contact_id=made.pk) in recorded()
    assert client.post(f"{base}{made.pk}/remove/").status_code == 302
    client.get(base)
    assert "Bas Kok" not in client.get(base).content.decode()
    with scope(actor):
        made.refresh_from_db()
        assert (made.is_active, made.email, made.phone, made.note) == (False, "", "", "")
    assert client.get(f"{base}{made.pk}/").status_code == 404


@pytest.mark.parametrize(("typed", "names"), [("voorman", {"Rachid Aouad"}), ("wilma@", {"Wilma Bakker"}), ("sassen", {"Rachid Aouad"}), ("00 401", {"Henk de Boer"}), ("zzz", set())])
def test_contacts_are_searched(client_of, typed, names):
    page = client_of("sanne").get("/parties/mine/contacts/", {"q": typed}).content.decode()
    assert {name for name in ("Henk de Boer", "Rachid Aouad", "Wilma Bakker") if name in page} == names


def test_what_was_typed_wrong_is_said_and_kept(client_of, cast):
    sanne = client_of("sanne")
    answer = sanne.post("/parties/mine/contacts/new/", {**TYPED, "email": "WILMA@bakker.example"})
    assert answer.status_code == 422 and "Wilma Bakker" in answer.content.decode() and "Werkvoorbereider" in answer.content.decode()
    with scope(cast.dirk):
        theirs = actions.add_contact(cast.dirk, party=queries.own_party(cast.dirk), name="Wil", email="wilma@bakker.example")
    assert theirs.pk, "the same person may be a contact of two companies"


def test_another_company_neither_sees_nor_touches_them(client_of, cast):
    with scope(cast.sanne):
        henk = contact_of("Henk de Boer")
        bakker = queries.own_party(cast.sanne)
        unit = Unit.objects.get(name="Kampen")
    for who in ("dirk", "mark", "nadia2"):
        client = client_of(who)
        assert client.get(f"/parties/mine/contacts/{henk.pk}/").status_code in (403, 404)
        assert client.post(f"/parties/mine/contacts/{henk.pk}/", TYPED).status_code in (403, 404)
        assert client.post(f"/parties/mine/contacts/{henk.pk}/remove/").status_code in (403, 404)
    for path in (f"/parties/10042/contacts/{henk.pk}/", "/parties/10042/contacts/", "/parties/10042/contacts/new/"):
        assert client_of("otto").get(path).status_code == client_of("sanne").get(path).status_code == 404
    assert client_of("peter").get(f"/parties/10077/contacts/{henk.pk}/").status_code == 404
    with scope(cast.dirk):
        own = queries.own_party(cast.dirk)
        for deed in (lambda: actions.add_contact(cast.dirk, party=bakker, name="X"), lambda: actions.change_contact(cast.dirk, contact=henk, values={"name": "X"}),
                     lambda: actions.remove_contact(cast.dirk, contact=henk), lambda: actions.add_contact(cast.dirk, party=own, name="X", unit=unit)):
            with pytest.raises(NotFound):
                deed()
        with pytest.raises(DatabaseError), transaction.atomic():
            Contact.objects.create(portal_id=own.portal_id, party=bakker, name="X")
        with pytest.raises(DatabaseError), transaction.atomic():
            Contact.objects.create(portal_id=own.portal_id, party=own, name="X", unit_id=unit.pk)


def test_without_the_right_there_is_nothing(client_of, cast):
    for path in ("/parties/mine/contacts/", "/parties/mine/contacts/new/"):
        assert client_of("youssef").get(path).status_code == 403
    assert "Henk de Boer" not in client_of("youssef").get("/parties/mine/").content.decode()
    assert client_of("fatima").get("/parties/10042/contacts/").status_code == 200
    assert client_of("fatima").get("/parties/10042/contacts/new/").status_code == 403
    with scope(cast.youssef), pytest.raises(Forbidden):
        actions.add_contact(cast.youssef, party=queries.own_party(cast.youssef), name="X")


def test_one_of_the_administration_is_read_only(client_of, cast):
    with scope(cast.system):
        party = queries.party(cast.system, "10042")
        theirs = Contact.objects.create(portal_id=party.portal_id, party=party, name="Piet ERP", email="piet@bakker.example", external_id="c-1")
    sanne = client_of("sanne")
    page = sanne.get(f"/parties/mine/contacts/{theirs.pk}/").content.decode()
    assert f"/proposals/mine/contacts/{theirs.pk}/" in page and 'name="phone"' not in page
    assert sanne.post(f"/parties/mine/contacts/{theirs.pk}/", {**TYPED, "name": "Anders"}).status_code == 422
    assert sanne.post(f"/parties/mine/contacts/{theirs.pk}/remove/").status_code == 422
    with scope(cast.sanne):
        for deed in (lambda: actions.change_contact(cast.sanne, contact=theirs, values={"name": "Anders"}), lambda: actions.remove_contact(cast.sanne, contact=theirs)):
            with pytest.raises(Refused):
                deed()
        assert not Contact.objects.filter(pk=theirs.pk).update(name="Anders"), "the database holds it too"
        with pytest.raises(DatabaseError), transaction.atomic():
            Contact.objects.filter(name="Henk de Boer").update(external_id="stolen")


def test_who_is_a_user_is_told_and_who_is_not_is_invited_at_once(client_of, cast):
    with scope(cast.sanne):
        henk = contact_of("Henk de Boer")
        actions.add_contact(cast.sanne, party=queries.own_party(cast.sanne), name="Youssef", email="Youssef@bakker.example")
        youssef, buyer, rachid = contact_of("Youssef"), Role.objects.get(code="buyer"), contact_of("Rachid Aouad")
    sanne = client_of("sanne")
    assert "/colleagues/invite/" not in sanne.get(f"/parties/mine/contacts/{youssef.pk}/").content.decode()
    assert "/colleagues/invite/" not in sanne.get(f"/parties/mine/contacts/{rachid.pk}/").content.decode(), "nobody is invited without an address"
    page = sanne.get(f"/parties/mine/contacts/{henk.pk}/").content.decode()
    assert 'action="/colleagues/invite/"' in page and 'value="henk.deboer@bakker.example"' in page
    answer = sanne.post("/colleagues/invite/", {"name": "Henk de Boer", "email": "henk.deboer@bakker.example", "unit": str(henk.unit_id), "period": "month", "role": buyer.pk})
    assert answer.status_code == 302
    run_jobs()
    assert mail.outbox[-1].to == ["henk.deboer@bakker.example"]
    assert 'action="/colleagues/invite/"' not in sanne.get(f"/parties/mine/contacts/{henk.pk}/").content.decode()
    assert 'action="/colleagues/of/10042/invite/"' in client_of("peter").get(f"/parties/10042/contacts/{contact_wilma(cast)}/").content.decode()


def contact_wilma(cast):
    with scope(cast.sanne):
        return contact_of("Wilma Bakker").pk


def test_the_list_costs_the_same_however_long(client_of, cast):
    sanne = client_of("sanne")
    sanne.get("/parties/mine/contacts/")
    with CaptureQueriesContext(connection) as few:
        sanne.get("/parties/mine/contacts/")
    with scope(cast.sanne):
        party = queries.own_party(cast.sanne)
        Contact.objects.bulk_create([Contact(portal_id=party.portal_id, party=party, name=f"Naam {number:03}", email=f"n{number}@bakker.example") for number in range(120)])
    with CaptureQueriesContext(connection) as many:
        page = sanne.get("/parties/mine/contacts/").content.decode()
    assert len(many) == len(few) <= 7 and page.count("Naam ") < 110 and "after=" in page


def test_two_requests_at_once_make_one_contact(cast, monkeypatch):
    """What the other one wrote is not seen by the check, only by the database."""
    from portiek.foundation.parties.actions import contacts

    check, looked = contacts._check, []

    def late(party_id, **given):
        """See nothing the first time, as a request that looked before the other one wrote."""
        if looked:
            check(party_id, **given)
        looked.append(given)

    with scope(cast.sanne):
        party = queries.own_party(cast.sanne)
        actions.add_contact(cast.sanne, party=party, name="Eerste", email="een@bakker.example")
        second = actions.add_contact(cast.sanne, party=party, name="Tweede", email="twee@bakker.example")
        monkeypatch.setattr(contacts, "_check", late)
        with pytest.raises(Refused, match="contact-known") as refused:
            actions.add_contact(cast.sanne, party=party, name="Derde", email="EEN@bakker.example")
        assert refused.value.values["name"] == "Eerste"
        looked.clear()
        with pytest.raises(Refused, match="contact-known"):
            actions.change_contact(cast.sanne, contact=second, values={"email": "een@bakker.example"})
        assert Contact.objects.filter(party_id=party.pk, email="een@bakker.example", is_active=True).count() == 1
        # One that was taken off the list, and one of the ERP, stand in nobody's way.
        actions.remove_contact(cast.sanne, contact=contact_of("Eerste"))
        assert actions.add_contact(cast.sanne, party=party, name="Vierde", email="een@bakker.example").pk
