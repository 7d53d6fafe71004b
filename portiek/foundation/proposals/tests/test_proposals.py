"""Proposals from a party to its portal, and the attacks beside them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.foundation.notifications.models import Mail, Notification
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.models import Address, Contact, Party
from portiek.foundation.parties.records import PartyRecord
from portiek.foundation.proposals import actions, queries
from portiek.foundation.proposals.models import Acceptance, Proposal
from portiek.foundation.tasks import queries as tasks


@pytest.fixture(autouse=True)
def known_to_the_erp(cast):
    """Bakker is known to an administration; nothing is sent to one here."""
    with scope(cast.system):
        Party.objects.filter(number="10042").update(external_id="erp-1")
        from portiek.edges.connectors.models import Connection

        Connection.objects.update(enabled=False)


def own(actor):
    return Party.objects.get(pk=actor.party_id)


def propose(cast, **values):
    with scope(cast.sanne):
        return actions.send(cast.sanne, own(cast.sanne), values=values or {"email": "nieuw@bakker.example"}).proposed


def fresh(cast, proposal):
    with scope(cast.system):
        return Proposal.objects.get(pk=proposal.pk)


def test_own_fields_change_at_once_and_the_others_are_proposed(cast):
    with scope(cast.sanne):
        sent = actions.send(cast.sanne, own(cast.sanne), values={"language": "en", "email": "nieuw@bakker.example", "name": "Bouwbedrijf Bakker B.V."})
        assert (sent.changed, [row.field for row in sent.proposed]) == (1, ["email"])
        party = own(cast.sanne)
        assert (party.language, party.email) == ("en", "administratie@bakker.example")


@pytest.mark.parametrize("column", ["credit_limit", "payment_days", "number", "kind", "is_active", "portal_id", "external_id", "last_order", "id"])
def test_no_other_column_can_be_sent(cast, column):
    """T04: mass assignment."""
    with scope(cast.sanne), pytest.raises(Refused, match="proposal-field"):
        actions.send(cast.sanne, own(cast.sanne), values={column: "1", "email": "nieuw@bakker.example"})
    with scope(cast.sanne):
        assert not Proposal.objects.filter(field="email", state="proposed").exists()


def test_staff_accept_and_it_waits_for_the_administration(cast):
    (proposal,) = propose(cast)
    run_jobs()
    with scope(cast.peter):
        assert any("Bouwbedrijf Bakker" in task.title for task in tasks.waiting(cast.peter, limit=50))
        accepted = actions.accept(cast.peter, proposal=proposal)
        assert accepted.state == "accepted"
        assert Party.objects.get(number="10042").email == "administratie@bakker.example"
    run_jobs()
    with scope(cast.peter):
        assert not any(task.kind == "proposals.proposal_decide" for task in tasks.waiting(cast.peter, limit=50))
        with pytest.raises(Refused, match="proposal-decided"):
            actions.accept(cast.peter, proposal=proposal)


def test_what_no_administration_knows_is_written_at_once(cast):
    with scope(cast.system):
        Party.objects.filter(number="10042").update(external_id=None)
    (proposal,) = propose(cast)
    with scope(cast.peter):
        assert actions.accept(cast.peter, proposal=proposal).state == "written"
        assert Party.objects.get(number="10042").email == "nieuw@bakker.example"


def test_a_rule_accepts_without_anybody(cast):
    with scope(cast.olga):
        actions.set_rules(cast.olga, at_once=[("party", "phone"), ("party", "credit_limit"), ("party", "onzin")])
        assert queries.at_once(cast.olga) == {("party", "phone")}
    phone, email = propose(cast, email="nieuw@bakker.example", phone="038 999")[::-1]
    run_jobs()
    assert (fresh(cast, phone).state, fresh(cast, phone).by_rule) == ("accepted", True)
    assert fresh(cast, email).state == "proposed"
    with scope(cast.olga):
        actions.set_rules(cast.olga, at_once=[])
        assert not Acceptance.objects.exists()


def test_the_sync_settles_what_is_under_way(cast):
    (proposal,) = propose(cast)
    (other,) = propose(cast, phone="038 999")
    record = PartyRecord("erp-1", "10042", "Bouwbedrijf Bakker B.V.", email="nieuw@bakker.example", phone="038 111", version="9")
    with scope(cast.system):
        assert parties.apply_parties(cast.system, [record]) == []
    run_jobs()
    assert fresh(cast, proposal).state == "written"
    assert (fresh(cast, other).state, fresh(cast, other).current) == ("outdated", {"phone": "038 111"})
    with scope(cast.system):
        told = Notification.objects.filter(user_id=cast.sanne.user_id, kind__startswith="proposals.")
        assert set(told.values_list("kind", flat=True)) == {"proposals.proposal_written", "proposals.proposal_outdated"}
        assert Mail.objects.filter(kind="proposals.proposal_outdated", to="sanne@bakker.example").count() == 1


def test_accepting_what_changed_meanwhile_overtakes_it(cast):
    (proposal,) = propose(cast)
    with scope(cast.system):
        Party.objects.filter(number="10042").update(email="derde@bakker.example")
    with scope(cast.peter):
        assert actions.accept(cast.peter, proposal=proposal).state == "outdated"
        assert Party.objects.get(number="10042").email == "derde@bakker.example"


def test_one_open_proposal_for_a_field(cast):
    (proposal,) = propose(cast)
    with scope(cast.sanne), pytest.raises(Refused, match="proposal-open"):
        actions.send(cast.sanne, own(cast.sanne), values={"email": "anders@bakker.example"})
    with scope(cast.sanne):
        actions.withdraw(cast.sanne, proposal=proposal)
        assert actions.send(cast.sanne, own(cast.sanne), values={"email": "anders@bakker.example"}).proposed


def test_refused_with_a_reason_that_the_party_reads(cast, client_of):
    (proposal,) = propose(cast)
    peter = client_of("peter")
    assert peter.post(f"/proposals/{proposal.pk}/refuse/", {"reason": ""}).status_code == 422
    assert peter.post(f"/proposals/{proposal.pk}/refuse/", {"reason": "Nog niet bevestigd."}).status_code == 302
    run_jobs()
    assert "Nog niet bevestigd." in client_of("sanne").get(f"/proposals/{proposal.pk}/").content.decode()
    with scope(cast.system):
        assert Mail.objects.filter(kind="proposals.proposal_refused", to="sanne@bakker.example").exists()


def test_nobody_of_a_party_accepts_its_own(cast, client_of):
    (proposal,) = propose(cast)
    for who in ("sanne", "karin", "dirk", "otto"):
        assert client_of(who).post(f"/proposals/{proposal.pk}/accept/").status_code in (403, 404)
    with scope(cast.sanne), pytest.raises(Forbidden):
        actions.accept(cast.sanne, proposal=proposal)
    assert client_of("fatima").post(f"/proposals/{proposal.pk}/accept/").status_code == 403
    assert fresh(cast, proposal).state == "proposed"


@pytest.mark.parametrize("state", ["accepted", "written", "refused"])
def test_the_database_lets_no_party_decide(cast, state):
    """The second lock: also when an action were wrong, a party's role can write what is proposed or withdrawn alone."""
    (proposal,) = propose(cast)
    from django.db import DatabaseError, transaction

    with scope(cast.sanne), pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(state=state)
    with scope(cast.sanne), pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.create(portal_id=proposal.portal_id, party_id=proposal.party_id, subject="party", subject_id=1, label="x", field="phone", old={}, new={}, state=state,
                                proposed_name="x", proposed_at=proposal.proposed_at)  # fmt: skip
    with scope(cast.peter):
        actions.accept(cast.peter, proposal=proposal)
    with scope(cast.sanne):
        assert Proposal.objects.filter(pk=proposal.pk).update(state="proposed") == 0


def test_another_partys_row_does_not_exist(cast, client_of):
    (proposal,) = propose(cast)
    with scope(cast.system):
        theirs = Address.objects.filter(party__number="10042", is_active=True).first()
        bakker = Party.objects.get(number="10042")
    for key in (f"/proposals/{proposal.pk}/", f"/proposals/mine/addresses/{theirs.pk}/", "/proposals/mine/contacts/1/"):
        assert client_of("dirk").get(key).status_code == 404
    assert client_of("dirk").post(f"/proposals/{proposal.pk}/withdraw/").status_code == 404
    with scope(cast.dirk), pytest.raises(NotFound):
        actions.send(cast.dirk, bakker, values={"email": "kaper@devries.example"})
    with scope(cast.dirk), pytest.raises(NotFound):
        actions.send(cast.dirk, theirs, values={"street": "Kaapstraat 1"})
    assert client_of("youssef").get("/proposals/mine/").status_code == 403
    assert client_of("youssef").get("/proposals/").status_code == 403
    assert client_of("otto").get(f"/proposals/{proposal.pk}/").status_code == 404


def form_of(html):
    from tests.architecture.forms import forms_of

    return next(form for form in forms_of(html) if form.method == "post" and "initial-email" in form.fields)


def test_the_page_sends_what_was_changed_only(cast, client_of):
    sanne = client_of("sanne")
    page = sanne.get("/proposals/mine/")
    assert page.status_code == 200 and "25.000" in page.content.decode()
    data = {name: field.value for name, field in form_of(page.content).fields.items()}
    assert sanne.post("/proposals/mine/", data).status_code == 302
    with scope(cast.system):
        assert not Proposal.objects.filter(state="proposed").exists()
        # Meanwhile the administration has another number; the reader did not touch it.
        Party.objects.filter(number="10042").update(phone="038 444")
    assert sanne.post("/proposals/mine/", {**data, "email": "Nieuw@bakker.example", "language": "en"}).status_code == 302
    with scope(cast.system):
        assert list(Proposal.objects.filter(state="proposed").values_list("field", "new")) == [("email", {"email": "Nieuw@bakker.example"})]
        assert Party.objects.get(number="10042").language == "en"
    text = sanne.get("/proposals/mine/").content.decode()
    assert "Nieuw@bakker.example" in text and 'name="email"' not in text


@pytest.mark.parametrize(("name", "value"), [("vat_number", "NL123456789B01"), ("email", "geen adres"), ("name", ""), ("language", "xx"), ("name", "x" * 201)])
def test_what_was_filled_in_wrong_is_said(client_of, name, value):
    sanne = client_of("sanne")
    data = {key: field.value for key, field in form_of(sanne.get("/proposals/mine/").content).fields.items()}
    assert sanne.post("/proposals/mine/", {**data, name: value}).status_code == 422


def test_an_address_and_a_contact_of_the_administration(cast, client_of):
    with scope(cast.system):
        party = Party.objects.get(number="10042")
        address = Address.objects.create(portal_id=party.portal_id, party=party, street="Kade 1", city="Kampen", postal_code="8261 AA", external_id="a-77")
        contact = Contact.objects.create(portal_id=party.portal_id, party=party, name="Henk Post", external_id="c-77")
    sanne = client_of("sanne")
    assert f"/proposals/mine/addresses/{address.pk}/" in sanne.get(f"/parties/mine/addresses/{address.pk}/").content.decode()
    said = {"initial-street": "Kade 1", "street": "Kade 3", "initial-city": "Kampen", "city": "Kampen", "initial-postal_code": "8261 AA", "postal_code": "8261aa", "initial-country": "NL", "country": "NL",
            "initial-name": "", "name": "", "initial-label": "", "label": "Magazijn"}  # fmt: skip
    assert sanne.post(f"/proposals/mine/addresses/{address.pk}/", said).status_code == 302
    assert sanne.post(f"/proposals/mine/contacts/{contact.pk}/", {"initial-name": "Henk Post", "name": "Henk de Post", "initial-phone": "", "phone": ""}).status_code == 302
    with scope(cast.system):
        made = Proposal.objects.get(subject="address")
        assert (made.new["street"], made.new["postal_code"], made.old["street"]) == ("Kade 3", "8261 AA", "Kade 1")
        assert Proposal.objects.get(subject="contact").new == {"name": "Henk de Post"}
        address.refresh_from_db()
        assert (address.label, address.street) == ("Magazijn", "Kade 1")


def test_the_lists_cost_the_same_however_long(cast, client_of):
    propose(cast)
    peter = client_of("peter")
    peter.get("/proposals/")
    with CaptureQueriesContext(connection) as few:
        assert peter.get("/proposals/").status_code == 200
    with scope(cast.system):
        row = Proposal.objects.first()
        Proposal.objects.bulk_create([Proposal(portal_id=row.portal_id, party_id=row.party_id, subject="address", subject_id=number, label="x", field="place", old={"city": "a"}, new={"city": "b"},
                                               proposed_name="x", proposed_at=row.proposed_at) for number in range(40)])  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        peter.get("/proposals/")
    assert len(many) == len(few) <= 7


def test_programs_read_them(cast, machine_of):
    (proposal,) = propose(cast)
    answer = machine_of(cast.sanne).get("/proposals", state="open").json()
    assert [(row["id"], row["field"], row["new"]) for row in answer["items"]] == [(proposal.pk, "email", {"email": "nieuw@bakker.example"})]
    assert machine_of(cast.dirk).get("/proposals").json()["items"] == []
    assert machine_of(cast.youssef).get("/proposals").status_code == 403
