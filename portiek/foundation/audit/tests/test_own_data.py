"""A person's own data: whole, his alone, with a fresh proof, and gone after a week."""

import io
import json
import zipfile
from datetime import timedelta

from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core import jobs, personal
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.db.secure import tenant_models
from portiek.core.models import FactRow
from portiek.foundation.accounts.models import Session
from portiek.foundation.audit.models import Package
from portiek.foundation.audit.tests.test_audit import happened
from portiek.foundation.files import actions as files


def packed(client, cast, key):
    """Ask for a copy as the page does, let it be made, and return (its number, its content)."""
    assert client.post("/audit/mine/").status_code == 302
    run_jobs()
    with scope(cast.system):
        number = Package.objects.order_by("-pk").first().pk
    answer = client.get(f"/audit/mine/{number}/")
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    return number, zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_all_of_one_person_and_nobody_else(cast, client_of):
    happened(cast.sanne, "OF-SANNE")
    happened(cast.olga, "Sanne Bakker", subject=f"accounts.user:{cast.sanne.user_id}", name="accounts.membership.changed", party_id=cast.sanne.party_id)
    happened(cast.youssef, "OF-YOUSSEF")
    happened(cast.nadia2, "OF-BRAND")
    with scope(cast.sanne):
        files.store(cast.sanne, name="../../Mijn foto.png", media_type="image/png", content=b"picture of sanne", party_id=cast.sanne.party_id)
    with scope(cast.youssef):
        files.store(cast.youssef, name="van-youssef.png", media_type="image/png", content=b"picture of youssef", party_id=cast.youssef.party_id)
    _number, made = packed(client_of("sanne"), cast, "sanne")
    data = json.loads(made.read("data.json"))
    assert data["email"] == "sanne@bakker.example" and set(data["data"]) == {part.key for part in personal.parts()}
    assert data["data"]["accounts.account"][0]["name"] == "Sanne Bakker" and data["data"]["accounts.places"][0]["company"] == "Bouwbedrijf Bakker B.V."
    assert data["data"]["accounts.sessions"] and data["data"]["audit.about"] and any("OF-SANNE" in row["text"] for row in data["data"]["audit.did"])
    whole = "".join(made.read(name).decode() for name in made.namelist() if not name.startswith("files/"))
    assert not [word for word in ("OF-YOUSSEF", "OF-BRAND", "argon2", "youssef@bakker.example", "van-youssef") if word in whole]
    [picture] = [name for name in made.namelist() if name.startswith("files/")]
    assert picture.endswith("-Mijn foto.png") and ".." not in picture and made.read(picture) == b"picture of sanne"
    assert "Uw gegevens bij Van Dijk" in made.read("index.nl.html").decode() and "Your data in Van Dijk" in made.read("index.en.html").decode()


def test_words_of_a_person_are_text_in_the_page(cast, client_of):
    happened(cast.sanne, "<script>alert(1)</script>", name="test.unworded.fact")
    page = packed(client_of("sanne"), cast, "sanne")[1].read("index.nl.html").decode()
    assert "<script" not in page and "&lt;script&gt;" in page


def test_he_alone_with_a_fresh_proof(cast, client_of):
    client = client_of("sanne")
    number, _made = packed(client, cast, "sanne")
    assert [item.to[0] for item in mail.outbox] == ["sanne@bakker.example"]
    for key in ("youssef", "olga", "dirk", "otto"):
        assert client_of(key).get(f"/audit/mine/{number}/").status_code == 404
        assert "zip" not in client_of(key).get("/audit/mine/").content.decode()
    with scope(Actor.gate(cast.system.portal_id)):
        Session.objects.update(proved_at=timezone.now() - timedelta(minutes=16))
    assert client.get(f"/audit/mine/{number}/").status_code == 403
    with scope(cast.system):
        assert FactRow.objects.filter(name="audit.package.downloaded").count() == 1
        assert not FactRow.objects.filter(name__startswith="audit.package.").exclude(party_id=None).exists()


def test_once_an_hour_and_a_week(cast, client_of):
    client = client_of("sanne")
    number, _made = packed(client, cast, "sanne")
    assert client.post("/audit/mine/").status_code == 422
    with scope(cast.system):
        Package.objects.update(asked_at=timezone.now() - timedelta(days=8))
    jobs.run_now(jobs.jobs()["audit.drop_exports"], cast.system.portal_id, {})
    assert client.get(f"/audit/mine/{number}/").status_code == 404


def test_staff_ask_on_his_behalf_and_cannot_fetch(cast, client_of):
    olga = client_of("olga")
    assert olga.post("/audit/people/", {"email": "nobody@bakker.example"}).status_code == 422
    assert olga.post("/audit/people/", {"email": "nadia@peeters.example"}).status_code == 302  # hers in this portal, not in the other
    run_jobs()
    with scope(cast.system):
        found = Package.objects.get()
        assert (found.user.email, found.asked_by) == ("nadia@peeters.example", "Olga Smit")
    assert "Nadia Peeters" in olga.get("/audit/people/").content.decode() and olga.get(f"/audit/mine/{found.pk}/").status_code == 404
    assert client_of("nadia").get(f"/audit/mine/{found.pk}/").status_code == 200
    assert client_of("nadia2").get(f"/audit/mine/{found.pk}/").status_code == 404
    assert client_of("peter").post("/audit/people/", {"email": "sanne@bakker.example"}).status_code == 403
    assert client_of("sanne").get("/audit/people/").status_code == 404


# Tables that hold a person's name or address and are no part of the copy, each with the reason.
LEFT_OUT = {
    "Credential": "a hash of a secret", "LoginCode": "a day old at most", "HalfLogin": "a day old at most", "RecoveryCode": "a hash of a secret", "Attempt": "hashes", "AccountManager": "the party's", "FactRow": "as the log", "StoredFile": "as the files themselves",
    "Hold": "what is kept for a quarrel (art. 41 UAVG)",
    "Portal": "of the company that runs it", "Package": "the copy itself", "Export": "files for a week, recorded in the log",
}  # fmt: skip


def test_every_table_that_names_a_user_gives_its_part(cast):
    """A table that holds the number or the e-mail address of a user is read for his copy, or is left out with a reason."""
    read, person = "", personal.Person(cast.sanne.user_id, "sanne@bakker.example", "Sanne Bakker")
    for part in personal.parts():
        asker = Actor.gate(cast.system.portal_id) if part.at_gate else cast.system
        with scope(asker, read_only=True), CaptureQueriesContext(connection) as caught:
            list(part.collect(asker, person))
        read += " ".join(query["sql"] for query in caught)
    named = {model for model in tenant_models() if {"user", "user_id", "email", "decided_by"} & {field.name for field in model._meta.concrete_fields}}
    missing = sorted(model.__name__ for model in named if model.__name__ not in LEFT_OUT and f'FROM "{model._meta.db_table}"' not in read)
    assert not missing, missing
    assert not set(LEFT_OUT) - {model.__name__ for model in tenant_models()}
