"""A connection over SFTP from its settings to products and orders: its key is confirmed by a person, its secrets stay sealed."""

from __future__ import annotations

import html

import asyncssh
import pytest
from django.conf import settings

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.edges.connectors import actions as connections
from portiek.edges.connectors import engine, queries
from portiek.edges.connectors.files import actions
from portiek.edges.connectors.files.options import FilesOptions
from portiek.edges.connectors.files.tests.conftest import Files
from portiek.edges.connectors.files.tests.sftp_server import PASSWORD, Served
from portiek.edges.connectors.models import Command, Connection, FileDelivery
from portiek.edges.connectors.tests.world import World
from portiek.foundation.tasks.models import Task
from portiek.trade.catalog.models import Product

PRODUCTS = ["nr;naam;prijs", "F1;Boor;12,50", "F2;Zaag;8,00"]


@pytest.fixture
def served(tmp_path, monkeypatch):
    with Served(tmp_path / "theirs") as server:
        monkeypatch.setattr(settings, "EGRESS_ALLOW", f"127.0.0.1:{server.port}")
        yield server


def form(server, **more):
    return {"label": "Boekhouding", "enabled": "on", "o_place": "sftp", "o_folder": "erp", "o_host": "127.0.0.1", "o_port": str(server.port), "o_user": "portiek", "o_password": PASSWORD, "o_path": "", "o_host_key": "", "o_pickup": "quiet", "o_quiet": "0",
            "o_every_minutes": "0", "o_at_times": "", "o_expect_by": "", "o_orders": "jsonl", "o_answers": "on", **more}  # fmt: skip


@pytest.fixture
def ours(cast, served, client_of):
    """The first portal, connected over SFTP by Olga; nobody confirmed the key of the server yet."""
    with scope(cast.system):
        Connection.objects.update(enabled=False)
    assert client_of("olga").post("/connectors/new/files/", form(served)).status_code == 302
    run_jobs()
    with scope(cast.system):
        made = Files(cast.system, Connection.objects.get(label="Boekhouding"), served.place)
    made.base = f"/connectors/{made.connection.pk}/files/"
    return made


def confirm(ours, client, key):
    answer = client.post(ours.base + "key/", {"key": key})
    assert "/key/" not in client.get(ours.base).content.decode()  # also before it was tried
    run_jobs()
    with scope(ours.actor):
        ours.connection.refresh_from_db()
    return answer


def task_is_open(ours):
    with scope(ours.actor):
        return Task.objects.filter(kind="connectors.connection_down", done_at=None).exists()


def test_the_key_is_shown_confirmed_and_then_files_come(ours, served, client_of):
    olga = client_of("olga")
    page = html.unescape(olga.get(ours.base).content.decode())
    assert served.host_key in page
    assert served.told == [] and task_is_open(ours)
    assert served.host_key in html.unescape(olga.get("/connectors/").content.decode())
    assert "/key/" not in client_of("peter").get(ours.base).content.decode()  # he may look
    assert confirm(ours, olga, served.host_key).status_code == 302
    assert ours.connection.is_healthy and not task_is_open(ours) and served.told[0] == PASSWORD
    with scope(ours.actor):
        assert [(fact.key, fact.before) for fact in recorded() if type(fact).__name__ == "HostKeyConfirmed"] == [(served.host_key, "")]
    assert "/key/" not in olga.get(ours.base).content.decode()
    ours.map("product", external_id="nr", name="naam", list_price={"column": "prijs", "change": "comma"})
    ours.put("product-1.csv", PRODUCTS)
    assert ours.look() == 1 and engine.run_once(ours.connection).feeds["product"] == (2, 2)
    with scope(ours.actor):
        assert Product.objects.filter(external_id__in=["F1", "F2"]).count() == 2
    assert [path.name.partition("-")[2] for path in (served.place / "done").iterdir()] == ["product-1.csv"] and ours.look() == 0


def test_another_key_stops_everything_until_it_is_confirmed(ours, served, client_of):
    olga = client_of("olga")
    confirm(ours, olga, served.host_key)
    told, before = len(served.told), served.host_key
    served.__exit__()
    served.key = asyncssh.generate_private_key("ssh-ed25519")
    with served:
        ours.put("product-1.csv", PRODUCTS)
        assert ours.look() == 0 and not engine.check(ours.actor, ours.connection.pk).ok and len(served.told) == told
        run_jobs()
        page = html.unescape(olga.get(ours.base).content.decode())
        assert before in page and served.host_key in page and task_is_open(ours)
        confirm(ours, olga, served.host_key)
        assert ours.connection.is_healthy
        ours.look()
        assert ours.last().name == "product-1.csv"


@pytest.mark.parametrize("key", ["", "ssh-ed25519 SHA256:" + "x" * 43, "<script>"])
def test_a_key_that_is_not_shown_is_not_confirmed(ours, served, client_of, key):
    answer = client_of("olga").post(ours.base + "key/", {"key": key} if key else {})
    assert answer.status_code == 422 and "sleutel" in answer.content.decode()
    with scope(ours.actor):
        assert Connection.objects.get(pk=ours.connection.pk).options["host_key"] == ""


@pytest.mark.parametrize(("who", "status"), [("peter", 403), ("sanne", 404), ("otto", 404)])
def test_only_who_may_confirms_a_key(ours, served, client_of, who, status):
    assert client_of(who).post(ours.base + "key/", {"key": served.host_key}).status_code == status
    with scope(ours.actor):
        assert Connection.objects.get(pk=ours.connection.pk).options["host_key"] == ""


def test_secrets_are_sealed_and_never_shown(ours, served, client_of, monkeypatch):
    own = asyncssh.generate_private_key("ssh-ed25519")
    pem, olga = own.export_private_key().decode(), client_of("olga")
    served.client_key = own.convert_to_public()
    answer = olga.post(f"/connectors/{ours.connection.pk}/", form(served, o_password="", o_private_key=pem.replace("\n", "\r\n"), o_host_key=served.host_key))
    assert answer.status_code == 302
    run_jobs()
    with scope(ours.actor):
        kept = Connection.objects.get(pk=ours.connection.pk)
    assert kept.is_healthy and PASSWORD not in str(kept.options) and "PRIVATE" not in str(kept.options)
    for path in (f"/connectors/{kept.pk}/", "/connectors/", ours.base):
        text = olga.get(path).content.decode()
        assert PASSWORD not in text and pem.splitlines()[1] not in text
    again = olga.post(f"/connectors/{kept.pk}/", form(served, o_private_key=pem, o_host_key="aa:bb"))
    assert again.status_code == 422 and pem.splitlines()[1] not in again.content.decode()


def test_a_file_that_cannot_be_put_away_is_fetched_once(ours, served, client_of, monkeypatch):
    from portiek.edges.connectors.files.remote import Remote

    confirm(ours, client_of("olga"), served.host_key)
    monkeypatch.setattr(Remote, "put_away", lambda self, name, mark: False)
    fetched = []
    fetch = Remote.open
    monkeypatch.setattr(Remote, "open", lambda self, found: fetched.append(found.name) or fetch(self, found))
    ours.map("product", external_id="nr", name="naam", list_price={"column": "prijs", "change": "comma"})
    ours.put("product-1.csv", PRODUCTS)
    assert ours.look() == 1 and ours.look() == 0 and fetched == ["product-1.csv"]


def test_a_file_that_may_still_grow_is_looked_at_again_soon(ours, served, client_of, cast):
    confirm(ours, client_of("olga"), served.host_key)
    with scope(cast.system):
        options = FilesOptions(place="sftp", host="127.0.0.1", port=served.port, user="portiek", password=PASSWORD, host_key=served.host_key, quiet=1, every_minutes=60)
        connections.change_connection(cast.system, connection=ours.connection, label="Boekhouding", options=options, enabled=True)
    ours.map("product", external_id="nr", name="naam", list_price={"column": "prijs", "change": "comma"})
    ours.put("product-1.csv", PRODUCTS, age=3600)
    assert ours.look() == 0
    import time

    from portiek.edges.connectors.files import collecting

    time.sleep(1.1)
    assert collecting.look(ours.actor, ours.connection.pk) == 1  # not after an hour: it is known what waits


def test_an_order_is_brought_once_also_when_the_server_is_away_for_a_while(ours, served, client_of):
    confirm(ours, client_of("olga"), served.host_key)
    served.__exit__()
    World(ours.actor, ours.connection, None).order("VD-S-1", lines=2)
    run_jobs()
    with scope(ours.actor):
        assert Command.objects.values_list("state", "code").get(key="VD-S-1") == ("failed", "unreachable")
    with served:
        engine.run_once(ours.connection)
        engine.run_once(ours.connection)
        assert [path.name for path in (served.place / "out").iterdir()] == ["order-VD-S-1.jsonl"]
        (served.place / "out" / "order-VD-S-1.jsonl").unlink()
        engine.run_once(ours.connection)
        assert list((served.place / "out").iterdir()) == []


def test_two_connections_never_share_a_place(ours, served, client_of, cast):
    olga = client_of("olga")
    answer = olga.post("/connectors/new/files/", form(served, label="Nog een"))
    assert answer.status_code == 422 and "Boekhouding" in answer.content.decode()
    assert olga.post("/connectors/new/files/", form(served, label="Nog een", o_path="/")).status_code == 422  # the same place in other words
    assert olga.post("/connectors/new/files/", form(served, label="Nog een", o_path="nog")).status_code == 302
    with scope(cast.system):
        first = connections.add_connection(cast.system, vendor="files", label="Map", options=FilesOptions(folder="a"))
        with pytest.raises(Refused):
            connections.add_connection(cast.system, vendor="files", label="Map 2", options=FilesOptions(folder="a"))
        second = connections.add_connection(cast.system, vendor="files", label="Map 2", options=FilesOptions(folder="b"))
        with pytest.raises(Refused):
            connections.change_connection(cast.system, connection=second, label="Map 2", options=FilesOptions(folder="a"), enabled=False)
        connections.change_connection(cast.system, connection=first, label="Map 1", options=FilesOptions(folder="a"), enabled=True)
    with scope(cast.system_of_brand):  # another portal has folders of its own
        connections.add_connection(cast.system_of_brand, vendor="files", label="Map", options=FilesOptions(folder="a"))
        assert queries.connections(cast.system_of_brand)


def test_confirming_needs_the_connection_of_ones_own_portal(ours, served, cast):
    with scope(cast.otto), pytest.raises(Exception) as caught:
        actions.confirm_host_key(cast.otto, connection=ours.connection, key=served.host_key)
    assert type(caught.value).__name__ in ("DoesNotExist", "NotFound")
    with scope(ours.actor):
        assert not FileDelivery.objects.filter(connection=ours.connection).exists()
