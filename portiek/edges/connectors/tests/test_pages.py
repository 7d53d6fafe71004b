"""The monitor: what staff see and do, what others do not."""

from __future__ import annotations

import pytest
from django.test.utils import CaptureQueriesContext

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.edges.connectors import actions, engine
from portiek.edges.connectors.models import Command, Connection, Feed, Quarantine
from portiek.trade.orders.models import Order

PAGES = [
    "/connectors/",
    "/connectors/new/",
    "/connectors/new/tryton/",
    "/connectors/new/demo/",
    "/connectors/{c}/",
    "/connectors/{c}/pause/",
    "/connectors/commands/",
    "/connectors/commands/?state=needs_human",
    "/connectors/commands/{k}/",
    "/connectors/commands/{k}/cancel/",
    "/connectors/quarantine/",
    "/connectors/quarantine/{q}/",
]
POSTS = [
    "/connectors/{c}/check/",
    "/connectors/{c}/pause/",
    "/connectors/{c}/resume/",
    "/connectors/{c}/feeds/order/now/",
    "/connectors/{c}/feeds/order/pause/",
    "/connectors/{c}/feeds/order/resume/",
    "/connectors/commands/{k}/retry/",
    "/connectors/commands/{k}/cancel/",
    "/connectors/quarantine/{q}/retry/",
    "/connectors/quarantine/{q}/dismiss/",
    "/connectors/new/demo/",
    "/connectors/{c}/",
]


@pytest.fixture
def trouble(world, as_sent):
    """One order that the ERP refuses with a script in its words, and one record put aside."""
    as_sent("VD-T-1")
    world.store.set_faults(reject="<script>alert(1)</script> Debiteur geblokkeerd")
    assert engine.push(world.actor, world.connection.pk) == 1
    world.store.set_faults()
    from django.utils import timezone

    with scope(world.actor):
        held = Quarantine.objects.create(
            portal_id=world.actor.portal_id,
            connection=world.connection,
            entity="product",
            external_id="P-9",
            reason="unit: not a text",
            payload="<img src=x onerror=alert(2)>",
            since=timezone.now(),
            version="v1",
        )
        command = Command.objects.get(key="VD-T-1")
    world.names = {"c": world.connection.pk, "k": command.pk, "q": held.pk}
    return world


@pytest.mark.parametrize("path", PAGES)
def test_the_administrator_sees_every_page(trouble, client_of, path):
    answer = client_of("olga").get(path.format(**trouble.names))
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content and b"<img src=x" not in answer.content


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ["sanne", "dirk", "mark", "otto", None])
def test_others_do_not_know_these_pages(trouble, client_of, path, who):
    answer = client_of(who).get(path.format(**trouble.names))
    if who is None:
        assert answer.status_code == 302
    elif who == "otto" and "{" not in path:
        # His own portal has these pages too, with nothing of ours in them.
        assert answer.status_code == 200 and b"VD-T-1" not in answer.content and b"Van Dijk ERP" not in answer.content
    else:
        assert answer.status_code == 404


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(("who", "status"), [("peter", 403), ("fatima", 403), ("sanne", 404), ("otto", 404)])
def test_only_who_may_does(trouble, client_of, path, who, status):
    if who == "otto" and "{" not in path:
        return
    with scope(trouble.actor):
        before = [list(model.objects.order_by("pk").values()) for model in (Connection, Feed, Command, Quarantine)]
    answer = client_of(who).post(path.format(**trouble.names), {"reason": "x", "label": "x"})
    assert answer.status_code == status
    with scope(trouble.actor):
        assert [list(model.objects.order_by("pk").values()) for model in (Connection, Feed, Command, Quarantine)] == before


@pytest.mark.parametrize("path", POSTS)
def test_posts_are_not_gets(trouble, client_of, path):
    answer = client_of("olga").get(path.format(**trouble.names))
    assert answer.status_code == (200 if path in PAGES else 405)


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999999999"])
def test_unknown_numbers_are_not_found(trouble, client_of, number):
    for path in ("/connectors/{}/", "/connectors/commands/{}/", "/connectors/quarantine/{}/"):
        assert client_of("olga").get(path.format(number)).status_code == 404
    assert client_of("olga").post(f"/connectors/{trouble.names['c']}/feeds/nothing/now/").status_code == 404
    assert client_of("olga").get("/connectors/new/nobody/").status_code == 404


def test_what_is_stuck_stands_on_top_in_words(trouble, client_of):
    text = client_of("olga").get("/connectors/").content.decode()
    assert text.index("VD-T-1") < text.index("Van Dijk ERP") or "VD-T-1" in text
    assert "Debiteur geblokkeerd" in text and f"/connectors/commands/{trouble.names['k']}/retry/" in text
    seen_by_sales = client_of("peter").get("/connectors/").content.decode()
    assert "VD-T-1" in seen_by_sales and "/retry/" not in seen_by_sales


def test_it_says_whose_order_is_stuck_and_who_looks_after_him(trouble, client_of, cast):
    with scope(trouble.actor):
        order = Order.objects.filter(party_id=cast.sanne.party_id).first()
        Command.objects.filter(key="VD-T-1").update(aggregate=f"orders.order:{order.pk}")
    assert "Bouwbedrijf Bakker B.V. · Peter van Dijk" in client_of("olga").get("/connectors/").content.decode()


def test_the_monitor_costs_the_same_however_much_there_is(trouble, client_of):
    from django.db import connection

    client = client_of("olga")
    client.get("/connectors/")
    with CaptureQueriesContext(connection) as few:
        client.get("/connectors/")
    with scope(trouble.actor):
        template = Command.objects.get(key="VD-T-1")
        Command.objects.bulk_create(
            [
                Command(
                    portal_id=template.portal_id,
                    connection=trouble.connection,
                    key=f"X-{n}",
                    kind="create_order",
                    aggregate=f"orders.order:{n + 9000}",
                    state="needs_human",
                    code="rejected",
                    next_try_at=template.next_try_at,
                    created_at=template.created_at,
                )
                for n in range(40)
            ]
        )
    with CaptureQueriesContext(connection) as many:
        client.get("/connectors/")
    assert len(many) == len(few)


def test_retry_and_cancel_from_the_page(trouble, client_of):
    client, key = client_of("olga"), trouble.names["k"]
    assert client.post(f"/connectors/commands/{key}/retry/").status_code == 302
    with scope(trouble.actor):
        assert Command.objects.get(pk=key).state == "queued"
    assert client.post(f"/connectors/commands/{key}/retry/").status_code == 422
    assert client.post(f"/connectors/commands/{key}/cancel/", {"reason": ""}).status_code == 422
    assert client.post(f"/connectors/commands/{key}/cancel/", {"reason": "Dubbel"}).status_code == 302
    with scope(trouble.actor):
        assert Command.objects.get(pk=key).cancel_reason == "Dubbel"
        names = [fact.name for fact in recorded()]
    assert "connectors.command.retried" in names and "connectors.command.cancelled" in names


def test_pause_and_resume_are_recorded_with_the_reason(trouble, client_of):
    client, number = client_of("olga"), trouble.names["c"]
    assert client.post(f"/connectors/{number}/pause/", {"reason": "Jaarafsluiting"}).status_code == 302
    text = client.get("/connectors/").content.decode()
    assert "Jaarafsluiting" in text and "Olga Smit" in text
    client.post(f"/connectors/{number}/resume/")
    assert trouble.fresh(trouble.connection).paused_at is None
    client.post(f"/connectors/{number}/feeds/stock/pause/")
    assert trouble.feed("stock").paused_by == "Olga Smit"
    assert "stock" not in trouble.run().feeds
    client.post(f"/connectors/{number}/feeds/stock/resume/")
    assert "stock" in trouble.run().feeds


def test_testing_the_connection_really_connects(trouble, client_of):
    trouble.store.set_faults(denied=True)
    client_of("olga").post(f"/connectors/{trouble.names['c']}/check/")
    run_jobs()
    connection = trouble.fresh(trouble.connection)
    assert connection.is_healthy is False and "sleutel" in str(connection.health)
    assert "sleutel" in client_of("olga").get("/connectors/").content.decode()


FIELDS = {
    "label": "Tryton",
    "enabled": "on",
    "o_url": "https://erp.example",
    "o_database": "vandijk",
    "o_user": "portiek",
    "o_password": "zeer-geheim",
    "o_language": "nl",
    "o_languages": "nl, en",
    "o_time_zone": "Europe/Amsterdam",
    "o_order_until": "confirmed",
    "o_prices": "erp",
    "o_kinds": "Klant = customer\nDealer = dealer",
    "o_overlap": "600",
    "o_timeout": "60",
    "o_company": "",
    "o_warehouses": "",
    "o_order_warehouse": "",
}


def test_a_connection_is_set_up_and_its_secret_never_comes_back(world, client_of):
    client = client_of("olga")
    answer = client.post("/connectors/new/tryton/", FIELDS)
    assert answer.status_code == 302, answer.content.decode()
    with scope(world.actor):
        made = Connection.objects.get(label="Tryton")
        assert (
            "zeer-geheim" not in str(made.options)
            and made.options["languages"] == ["nl", "en"]
            and made.options["kinds"] == {"Klant": "customer", "Dealer": "dealer"}
        )
        assert Feed.objects.filter(connection=made).count() == 9
        first = made.options["password"]
    text = client.get(f"/connectors/{made.pk}/").content.decode()
    assert "zeer-geheim" not in text and first not in text
    from portiek.edges.connectors.vendors import opened

    assert client.post(f"/connectors/{made.pk}/", {**FIELDS, "o_password": "", "o_overlap": "900"}).status_code == 302
    made = world.fresh(made)
    options = opened("tryton", made.options, portal_id=made.portal_id, connection_id=made.pk)
    assert options.password.get_secret_value() == "zeer-geheim" and options.overlap == 900
    with scope(world.actor):
        changed = [fact for fact in recorded() if fact.name == "connectors.connection.changed"]
    assert changed[-1].options == ["overlap"]


@pytest.mark.parametrize(
    "change",
    [
        {"o_url": "erp.example"},
        {"o_url": ""},
        {"o_password": ""},
        {"o_time_zone": "Mars/Olympus"},
        {"o_kinds": "Klant = koning"},
        {"o_timeout": "-1"},
        {"o_overlap": "x"},
        {"o_prices": "free"},
        {"label": ""},
        {"label": "Van Dijk ERP"},
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(world, client_of, change):
    answer = client_of("olga").post("/connectors/new/tryton/", {**FIELDS, **change})
    assert answer.status_code == 422
    assert b"zeer-geheim" not in answer.content
    with scope(world.actor):
        assert Connection.objects.count() == 1


def test_a_sealed_secret_opens_in_its_own_row_only(world):
    from portiek.edges.connectors.vendors import BadOptions, opened

    stored = world.connection.options
    assert opened("demo", stored, portal_id=world.connection.portal_id, connection_id=world.connection.pk)
    with pytest.raises(BadOptions):
        opened("demo", stored, portal_id=world.connection.portal_id, connection_id=world.connection.pk + 1)


def test_the_other_portal_starts_empty(client_of):
    text = client_of("otto").get("/connectors/").content.decode()
    assert "Van Dijk" not in text and "/connectors/new/" in text


def test_system_actions_are_not_for_people(world, cast):
    from portiek.core.errors import Forbidden

    with pytest.raises(Forbidden), scope(cast.olga):
        actions.note_failure(cast.olga, connection=world.connection, text="x")
