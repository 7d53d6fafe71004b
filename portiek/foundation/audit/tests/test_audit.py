"""The log: in words, one's own only, a file that runs nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.foundation.audit import queries, words
from portiek.foundation.audit.queries import Wanted
from portiek.ui.csv_file import safe_cell


def happened(actor: Actor, text="VD-1", name="parties.address.added", **more):
    more = {"party_id": actor.party_id, "subject": "test.thing:1", "at": timezone.now(), "payload": {"address_id": 1}, **more}
    with scope(actor):
        return FactRow.objects.create(portal_id=actor.portal_id, name=name, text=text, user_id=actor.user_id, user_name=actor.name, kind=actor.kind, **more)


@pytest.mark.parametrize(
    ("cell", "safe"),
    [("=1+1", "'=1+1"), ("+31", "'+31"), ("-2", "'-2"), ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "'\rx"), (" =x", "' =x"), ("a=b", "a=b"), ("", "")],
)
def test_a_cell_is_never_a_formula(cell, safe):
    assert safe_cell(cell) == safe


def test_history_in_words_one_statement(cast):
    sanne = cast.sanne
    happened(sanne, "Kade 3")
    with scope(sanne), translation.override("en"):
        with CaptureQueriesContext(connection) as caught:
            [entry] = queries.history(sanne, "test.thing:1")
        assert len(caught) == 1 and entry.text == "Sanne Bakker added the address Kade 3" and (entry.who, entry.by) == ("Sanne Bakker", "")
    with scope(cast.dirk):
        assert queries.history(cast.dirk, "test.thing:1") == []
    with scope(cast.peter):
        assert len(queries.history(cast.peter, "test.thing:1")) == 1


def test_in_whose_name(cast):
    system, key = cast.system, cast.sanne
    happened(system, party_id=None, subject="test.thing:2")
    happened(key, subject="test.thing:3", api_key_id=7)
    with scope(cast.peter), translation.override("en"):
        assert [(item.who, item.by) for item in queries.history(cast.peter, "test.thing:2")] == [("Portiek", "automatic")]
        assert [item.by for item in queries.history(cast.peter, "test.thing:3")] == ["API key 7"]


def test_filters(cast):
    sanne, youssef, today = cast.sanne, cast.youssef, timezone.localdate()
    old = happened(sanne, "old", at=timezone.now() - timedelta(days=40))
    new = happened(youssef, "new", subject="test.thing:9")
    with scope(cast.olga):

        def ids(**wanted):
            return {item.id for item in queries.latest(cast.olga, Wanted(**wanted), limit=1000)} & {old.pk, new.pk}

        assert ids() == {old.pk, new.pk}
        assert ids(user_id=youssef.user_id) == ids(subject="test.thing:9") == {new.pk}
        assert ids(party_id=cast.dirk.party_id) == ids(name="parties.party.created") == set()
        assert new.pk in ids(since=today, until=today) and ids(since=today + timedelta(days=1)) == set()


def test_an_administrator_sees_his_own_company_only(cast, client_of):
    happened(cast.sanne, "only-of-bakker")
    happened(cast.peter, "only-of-staff", party_id=None)
    client = client_of("sanne")
    with CaptureQueriesContext(connection) as caught:
        page = client.get("/audit/").content.decode()
    assert len([query for query in caught if "SAVEPOINT" not in query["sql"]]) <= 8
    assert "only-of-bakker" in page and "only-of-staff" not in page
    assert "only-of-bakker" not in client_of("dirk").get("/audit/?party=10042").content.decode()
    assert "only-of-bakker" not in client_of("otto").get("/audit/").content.decode()
    staff = client_of("olga").get("/audit/?party=10042").content.decode()
    assert "only-of-bakker" in staff and "only-of-staff" not in staff
    for key in ("youssef", "karin", "peter"):
        assert client_of(key).get("/audit/").status_code == client_of(key).get("/audit/files/").status_code == client_of(key).post("/audit/export/").status_code == 403


@pytest.mark.parametrize("query", ["since=nonsense", "user=abc", "subject=x", "party=" + "9" * 50, "user=99999999999999999999", "about=-1", "by=nobody"])
def test_bad_filters_are_said_and_harmless(client_of, query):
    assert client_of("olga").get(f"/audit/?{query}").status_code == 422


def test_each_fact_of_the_foundation_is_worded():
    from portiek.core.facts import facts

    below = ("parties.", "accounts.", "files.", "tasks.", "notifications.", "invoicing.")
    assert [name for name in facts() if name.startswith(below) and name not in words.worded()] == []
    with pytest.raises(ValueError, match="twice"):
        words.fact_words("files.file.stored", "x")


def test_who_did_it_to_whom_by_which_way(cast, client_of):
    sanne, peter, youssef = cast.sanne, cast.peter, cast.youssef
    own = happened(sanne, "Youssef", name="accounts.membership.changed", subject=f"accounts.user:{youssef.user_id}", payload={"user_id": youssef.user_id, "role": "buyer"},
                   changes={"role": ["viewer", "buyer"], "order_limit": ["", "1500"]})
    staff = happened(peter, "Kade 9", party_id=sanne.party_id)
    machine = happened(sanne, "by-key", api_key_id=3)
    page = client_of("sanne").get
    assert ids(client_of, "sanne", about=youssef.user_id) >= {own.pk} and staff.pk not in ids(client_of, "sanne", about=youssef.user_id)
    assert staff.pk in ids(client_of, "sanne", by="staff") and not {own.pk, machine.pk} & ids(client_of, "sanne", by="staff")
    assert {machine.pk} <= ids(client_of, "olga", by="key") and own.pk not in ids(client_of, "olga", by="key")
    assert {own.pk} <= ids(client_of, "olga", name="accounts.") and staff.pk not in ids(client_of, "olga", name="accounts.")
    assert ids(client_of, "olga", number="kade 9") == {staff.pk} == ids(client_of, "sanne", number="Kade 9")
    assert ids(client_of, "dirk", number="kade 9") == ids(client_of, "otto", number="kade 9") == ids(client_of, "otto", about=youssef.user_id) == set()
    shown = page("/audit/?by=staff", headers={"accept-language": "en"}).content.decode()
    assert "Toegang door Van Dijk Bouwmaterialen" in shown
    assert "Rol: Alleen lezen → Inkoper" in page("/audit/?name=accounts.membership.changed").content.decode()


def ids(client_of, key, **query):
    """Return the facts on the first page of somebody's log, by the form that the page uses."""
    from portiek.foundation.accounts.cast import Cast
    from portiek.foundation.audit.forms import LogFilter

    actor = getattr(Cast(), key)
    with scope(actor, read_only=True):
        form = LogFilter({name: str(value) for name, value in query.items()}, actor)
        wanted = form.wanted()
        return {item.id for item in queries.log(actor, wanted).rows} if form.is_valid() else set()


def test_a_group_is_paged_kind_by_kind(cast):
    olga = cast.olga
    made = [happened(cast.sanne, f"nr {number}", name=("orders.order.held", "orders.order.resumed")[number % 2]).pk for number in range(60)]
    with scope(olga, read_only=True):
        seen, after = [], None
        while True:
            page = queries.log(olga, Wanted(name="orders."), after=after)
            seen += [item.id for item in page.rows]
            after = page.next
            if after is None or len(seen) >= 60:
                break
        assert seen[:60] == made[::-1]
        second = queries.log(olga, Wanted(name="orders."), after=queries.log(olga, Wanted(name="orders.")).next)
        back = queries.log(olga, Wanted(name="orders."), before=second.previous)
        assert [item.id for item in back.rows] == seen[:25]


def test_what_changed_is_kept(cast):
    from decimal import Decimal

    from portiek.foundation.accounts import actions as accounts
    from portiek.foundation.accounts.models import Membership, Role
    from portiek.foundation.parties import actions as parties
    from portiek.foundation.parties.models import Party

    sanne, olga = cast.sanne, cast.olga
    with scope(sanne), translation.override("en"):
        row = Membership.objects.get(user_id=cast.youssef.user_id)
        accounts.change_membership(sanne, membership=row, role=Role.objects.get(code="viewer"), order_limit=Decimal("1500.00"))
        [last] = queries.latest(sanne, Wanted(about_id=row.user_id), limit=1)
        assert last.changes == [("Role", "Buyer", "Read only")]  # the limit is the same
        address = parties.add_address(sanne, party=Party.objects.get(pk=sanne.party_id), street="Kade 1", city="Zwolle")
        parties.change_address(sanne, address=address, values={"city": "Ommen", "street": address.street})
        assert [change[0] + ": " + change[2] for change in queries.latest(sanne, Wanted(name="parties.address.changed"), limit=1)[0].changes] == ["City: Ommen"]
    with scope(olga), translation.override("en"):
        party = Party.objects.get(number="30005")
        parties.change_party(olga, party=party, values={"language": "en", "phone": party.phone})
        assert queries.latest(olga, Wanted(party_id=party.pk), limit=1)[0].changes == [("Language", "nl", "en")]


def test_a_download_is_recorded_and_a_refused_one_is_not(cast, client_of):
    from portiek.foundation.files import actions as files

    with scope(cast.system):
        stored = files.store(cast.system, name="Tekening.pdf", media_type="application/pdf", content=b"%PDF-1.7", party_id=cast.sanne.party_id)

    def fetched():
        with scope(cast.olga):
            return [(row.user_id, row.party_id) for row in FactRow.objects.filter(name="files.file.downloaded", subject=f"files.file:{stored.pk}").order_by("pk")]

    assert client_of("dirk").get(f"/files/{stored.key}/").status_code == 404 and client_of("sanne").head(f"/files/{stored.key}/").status_code == 200
    assert client_of("sanne").get(f"/files/{stored.key}/", headers={"range": "bytes=99-"}).status_code == 416 and fetched() == []
    assert client_of("sanne").get(f"/files/{stored.key}/", headers={"range": "bytes=4-"}).status_code == 206
    assert client_of("olga").get(f"/files/{stored.key}/").status_code == 200
    assert fetched() == [(cast.sanne.user_id, cast.sanne.party_id), (cast.olga.user_id, cast.sanne.party_id)]
    assert "downloadde het bestand Tekening.pdf" in client_of("sanne").get("/audit/?by=staff").content.decode()


def test_the_page_of_a_party_shows_its_log(cast, client_of):
    happened(cast.peter, "Kade 77", party_id=cast.sanne.party_id)
    assert "Kade 77" in client_of("olga").get("/parties/10042/log/").content.decode()
    assert client_of("peter").get("/parties/10042/log/").status_code == 404
    assert "Kade 77" in client_of("sanne").get("/parties/mine/").content.decode() and "Kade 77" not in client_of("youssef").get("/parties/mine/").content.decode()


def test_the_page_of_a_colleague_says_what_was_done_to_him(client_of, cast):
    """Who may read the log reads it there; what happened to the same person in another company stays there."""
    from django.urls import reverse

    from portiek.foundation.accounts import actions as accounts
    from portiek.foundation.accounts.models import Membership

    with scope(cast.system):
        own, other = (Membership.objects.get(user__email="karin@bakker.example", party__number=number) for number in ("10042", "10077"))
    for who, row in (("sanne", own), ("dirk", other)):
        actor = getattr(cast, who)
        with scope(actor):
            accounts.end_membership(actor, membership=Membership.objects.get(pk=row.pk))
    page = client_of("sanne").get(reverse("accounts:colleague", args=[own.pk])).content.decode()
    assert 'id="history"' in page and "Sanne Bakker" in page and "Dirk de Vries" not in page
