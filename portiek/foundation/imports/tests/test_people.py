"""People from a spreadsheet: looked at first, then invited; twice the same changes nothing; nobody gives what he has not."""

import io
import re

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.foundation.accounts.models import Invitation, Membership, Role
from portiek.foundation.imports.models import Import, ImportRow
from portiek.foundation.notifications.models import Mail


def upload(content, name="mensen.csv"):
    """Return a file as a browser sends it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def brought(client, content, path="/imports/new/people/", name="mensen.csv"):
    """Bring a file in and let it be looked at; return its page's address."""
    answer = client.post(path, {"file": upload(content, name)})
    assert answer.status_code == 302, answer.content.decode()
    run_jobs()
    return answer["Location"]


def outcomes(cast):
    with scope(cast.system):
        last = Import.objects.order_by("-pk").first()
        return last, [(row.outcome, [text for _name, text in row.problems]) for row in ImportRow.objects.filter(of=last).order_by("number")]


def carried_out(client, content, **options):
    here = brought(client, content, **options)
    assert client.post(f"{here}confirm/").status_code == 302
    run_jobs()
    return here


GOOD = "E-mailadres;Naam;Rol;Vestiging;Bestellimiet;Opmerking\nkees@bakker.example;Kees Bakker;Inkoper;Kampen;1.500,50;x\nAnna@Bakker.example;Anna Vos;buyer;;;\n"


def test_nothing_happens_before_it_is_confirmed(cast, client_of):
    sanne = client_of("sanne")
    here = brought(sanne, GOOD)
    with scope(cast.system):
        assert not Invitation.objects.filter(email="kees@bakker.example").exists() and not Mail.objects.filter(to="kees@bakker.example").exists()
        assert not FactRow.objects.filter(name="accounts.invitation.sent", text="kees@bakker.example").exists()
    page = sanne.get(here).content.decode()
    assert "2 rijen uitvoeren" in page and "Opmerking" in page and "Kees Bakker" in page
    assert sanne.post(f"{here}confirm/").status_code == 302
    run_jobs()
    with scope(cast.system):
        made = Invitation.objects.get(email="kees@bakker.example")
        assert (made.role.code, made.unit.name, str(made.order_limit), made.name) == ("buyer", "Kampen", "1500.50", "Kees Bakker")
        assert Invitation.objects.filter(email="anna@bakker.example", unit=None).count() == 1
        assert Mail.objects.filter(to="kees@bakker.example").count() == 1
        assert FactRow.objects.filter(name="imports.import.carried_out").get().payload["new"] == 2
    assert "Uitgevoerd" in sanne.get(here).content.decode()
    assert sanne.post(f"{here}confirm/").status_code == 422


def test_the_same_file_again_changes_nothing(cast, client_of):
    sanne = client_of("sanne")
    carried_out(sanne, GOOD)
    here = brought(sanne, GOOD)
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["same", "same"]
    assert sanne.post(f"{here}confirm/").status_code == 422
    with scope(cast.system):
        assert Invitation.objects.filter(email="kees@bakker.example").count() == 1


def test_a_bad_row_blocks_no_other(cast, client_of):
    sanne = client_of("sanne")
    rows = ["naam;email;rol;limiet", "Goed Een;goed@bakker.example;Inkoper;", ";leeg@bakker.example;Inkoper;", "Fout;geen adres;Inkoper;", "Fout;rol@bakker.example;Baas;", "Fout;bedrag@bakker.example;Inkoper;veel",
            "Nog eens;GOED@bakker.example;Inkoper;", "Lang;" + "x" * 600 + ";Inkoper;", "Goed Twee;goed2@bakker.example;Inkoper;10"]  # fmt: skip
    carried_out(sanne, "\n".join(rows))
    _last, found = outcomes(cast)
    assert [outcome for outcome, _texts in found] == ["new", "refused", "refused", "refused", "refused", "refused", "refused", "new"]
    assert all(texts for outcome, texts in found if outcome == "refused") and "Rij 2" in found[5][1][0]
    with scope(cast.system):
        assert set(Invitation.objects.filter(email__contains="goed").values_list("email", flat=True)) == {"goed@bakker.example", "goed2@bakker.example"}


def test_who_is_there_gets_the_role_of_his_row_and_what_is_no_column_stays(cast, client_of):
    with scope(cast.system):
        before = Membership.objects.get(user__email="youssef@bakker.example")
        assert str(before.order_limit) == "1500.00"
    carried_out(client_of("sanne"), "email,naam,rol\nyoussef@bakker.example,Youssef,Alleen lezen\nsanne@bakker.example,Sanne,Beheerder\n")
    with scope(cast.system):
        after = Membership.objects.get(pk=before.pk)
        assert after.role.code == "viewer" and str(after.order_limit) == "1500.00"
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["changed", "same"]


def test_another_row_for_who_is_invited_replaces_the_invitation(cast, client_of):
    sanne = client_of("sanne")
    carried_out(sanne, "email;naam;rol\nkees@bakker.example;Kees;Inkoper\n")
    carried_out(sanne, "email;naam;rol\nkees@bakker.example;Kees;Fiatteur\n")
    with scope(cast.system):
        assert [(row.role.code, row.state) for row in Invitation.objects.filter(email="kees@bakker.example").order_by("pk")] == [("buyer", "revoked"), ("approver", "open")]


def test_nobody_gives_more_than_he_has(cast, client_of):
    """T04, T33: a role above one's own, a staff role, a role of another company, oneself."""
    with scope(cast.system):
        small = Role.objects.create(portal_id=cast.system.portal_id, owner_id=cast.sanne.party_id, code="own-small", name="Personeelszaken", audience="party", rights=["user.manage", "order.view.own"])
        Role.objects.create(portal_id=cast.system.portal_id, owner_id=cast.dirk.party_id, code="own-dirk", name="Rol van De Vries", audience="party", rights=["order.view.own"])
        Membership.objects.filter(user__email="youssef@bakker.example").update(role=small)
    here = brought(client_of("youssef"), "email;naam;rol;party_id;is_staff\na@x.example;A;Beheerder;1;ja\nb@x.example;B;staff-admin;1;ja\nc@x.example;C;Rol van De Vries;1;ja\nd@x.example;D;Personeelszaken;1;ja\nsanne@bakker.example;Sanne;Personeelszaken;1;ja\n")
    _last, found = outcomes(cast)
    assert [outcome for outcome, _texts in found] == ["refused", "refused", "refused", "new", "refused"]
    client_of("youssef").post(f"{here}confirm/")
    run_jobs()
    with scope(cast.system):
        assert Invitation.objects.get(email="d@x.example").party_id == cast.sanne.party_id
        assert not Invitation.objects.filter(email__in=["a@x.example", "b@x.example", "c@x.example"]).exists()
        # What is no column is not even kept.
        assert all(len(row.cells) == 3 for row in ImportRow.objects.all())


def test_rights_count_at_the_moment_it_is_done(cast, client_of):
    sanne = client_of("sanne")
    here = brought(sanne, GOOD)
    assert sanne.post(f"{here}confirm/").status_code == 302
    with scope(cast.system):
        Membership.objects.filter(user__email="sanne@bakker.example").update(role=Role.objects.get(code="viewer"))
    run_jobs()
    with scope(cast.system):
        assert not Invitation.objects.filter(email="kees@bakker.example").exists()
        assert Import.objects.order_by("-pk").first().state == "unreadable"


def test_staff_invite_for_a_company_for_themselves_and_for_many(cast, client_of):
    olga = client_of("olga")
    carried_out(olga, "email;naam;rol\nkees@bakker.example;Kees;Inkoper\n", path="/imports/new/people/10042/")
    carried_out(olga, "email;naam;rol\ntim@vandijk.example;Tim;Servicedesk\nx@vandijk.example;X;Inkoper\n")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["new", "refused"]
    carried_out(olga, "klantnummer;email;naam;rol\n10042;a@bakker.example;A;Inkoper\n10077;a@bakker.example;A;Inkoper\n99999;b@x.example;B;Inkoper\n10042;c@x.example;C;Beheer\n", path="/imports/new/users/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["new", "new", "refused", "refused"]
    with scope(cast.system):
        assert Invitation.objects.get(email="kees@bakker.example").party.number == "10042" and Invitation.objects.get(email="tim@vandijk.example").party_id is None
        assert {row.party.number for row in Invitation.objects.filter(email="a@bakker.example")} == {"10042", "10077"}


def test_nobody_else_sees_it(cast, client_of):
    here = brought(client_of("sanne"), GOOD)
    for who in ("youssef", "karin", "dirk", "olga", "otto"):
        client = client_of(who)
        assert client.get(here).status_code == 404 and client.get(f"{here}report/").status_code == 404
        assert client.post(f"{here}confirm/").status_code == 404 and client.post(f"{here}drop/").status_code == 404
        assert "mensen.csv" not in client.get("/imports/").content.decode()
    with scope(cast.dirk):
        assert not Import.objects.exists() and not ImportRow.objects.exists()
    assert client_of("youssef").get("/imports/new/people/").status_code == 403
    assert client_of("sanne").get("/imports/new/users/").status_code == 404 and client_of("sanne").get("/imports/new/people/10042/").status_code == 404
    assert client_of("otto").get("/imports/new/people/10042/").status_code == 404 and client_of("sanne").get("/imports/new/niets/").status_code == 404


def test_the_template_and_the_report_have_one_layout_and_run_nothing(cast, client_of):
    sanne = client_of("sanne")
    book = CalamineWorkbook.from_filelike(io.BytesIO(sanne.get("/imports/template/people/").content))
    heads = book.get_sheet_by_index(0).to_python()[0]
    assert heads[:3] == ["E-mailadres", "Naam", "Rol"] and len(book.get_sheet_by_index(1).to_python()) > 5
    here = brought(sanne, "email;naam;rol\n=cmd|'/c calc'!A0;=HYPERLINK(1);@rol\nkees@bakker.example;-Kees;Inkoper\n")
    content = sanne.get(f"{here}report/").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["E-mailadres", "Naam", "Rol", "Resultaat", "Reden"] and rows[1][3] == "Geweigerd" and "E-mailadres:" in rows[1][4]
    assert not any(str(cell).lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    # The report comes in again as it went out: the ' is no part of the name, its own two columns mean nothing.
    brought(sanne, content, name="rapport.xlsx")
    last, found = outcomes(cast)
    assert [outcome for outcome, _texts in found] == ["refused", "new"] and last.unknown == []
    with scope(cast.system):
        assert ImportRow.objects.filter(of=last).order_by("number")[1].cells[1] == "-Kees"
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(sanne.get(f"{here}report/?show=refused").content)).get_sheet_by_index(0).to_python()) == 2


def test_an_excel_file_with_numbers_and_other_rows_of_the_list(cast, client_of):
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet("Leeg")
    sheet = book.add_worksheet("Mensen")
    for line, row in enumerate([["Naam", "E-mail", "Rol", "Bestellimiet"], ["Kees", "kees@bakker.example", "Inkoper", 1234.5], ["Anna", "anna@bakker.example", "Inkoper", 2000]]):
        sheet.write_row(line, 0, row)
    book.close()
    sanne = client_of("sanne")
    here = carried_out(sanne, made.getvalue(), name="mensen.xlsx")
    with scope(cast.system):
        assert {str(row.order_limit) for row in Invitation.objects.filter(email__in=["kees@bakker.example", "anna@bakker.example"])} == {"1234.50", "2000.00"}
    page = sanne.get(here + "?show=new").content.decode()
    assert "Kees" in page and "Kees" not in sanne.get(here + "?show=refused").content.decode()


def test_old_ones_go_with_their_rows_and_files(cast, client_of):
    from datetime import timedelta

    from django.utils import timezone

    from portiek.foundation.imports import actions
    from portiek.foundation.imports.jobs import drop_old

    brought(client_of("sanne"), GOOD)
    with scope(cast.system):
        drop_old(cast.system)
        assert Import.objects.count() == 1
        actions.drop_old(cast.system, now=timezone.now() + timedelta(days=7, seconds=1))
        assert not Import.objects.exists() and not ImportRow.objects.exists()


def test_put_away(cast, client_of):
    sanne = client_of("sanne")
    here = brought(sanne, GOOD)
    assert sanne.post(f"{here}drop/").status_code == 302
    assert sanne.post(f"{here}confirm/").status_code == 422
    assert "mensen.csv" not in re.sub(r"<!--.*?-->", "", sanne.get("/imports/").content.decode())


def test_who_works_for_somebody_else_brings_nothing_in(cast):
    from dataclasses import replace

    from portiek.core.errors import Refused
    from portiek.foundation.imports import actions
    from portiek.foundation.imports.kinds import kind
    from portiek.foundation.parties.models import Party

    for actor in (replace(cast.sanne, by_user_id=7), replace(cast.sanne, api_key_id=7)):
        with scope(actor), pytest.raises(Refused, match="import-person"):
            actions.bring_in(actor, kind=kind("people"), party=Party.objects.get(pk=actor.party_id), name="x.csv", content=io.BytesIO(b"x"), size=1)


def test_three_at_once_and_no_more(cast, client_of):
    sanne = client_of("sanne")
    for _time in range(3):
        assert sanne.post("/imports/new/people/", {"file": upload(GOOD)}).status_code == 302
    assert sanne.post("/imports/new/people/", {"file": upload(GOOD)}).status_code == 422


def test_the_page_says_how_far_it_is_and_then_what_came_of_it(cast, client_of):
    sanne = client_of("sanne")
    here = sanne.post("/imports/new/people/", {"file": upload(GOOD)})["Location"]
    polled = {"HX-Request": "true", "HX-Request-Type": "partial"}
    waiting = sanne.get(here, headers=polled)
    assert "wordt gelezen" in waiting.content.decode() and 'hx-trigger="every 2s"' in waiting.content.decode() and "<html" not in waiting.content.decode()
    run_jobs()
    assert sanne.get(here, headers=polled)["HX-Redirect"] == here
    sanne.post(f"{here}confirm/")
    with scope(cast.system):
        Import.objects.update(done=1)
    assert "1 / 2" in sanne.get(here, headers=polled).content.decode()
    run_jobs()
    assert sanne.get(here, headers=polled)["HX-Redirect"] == here and "Uitgevoerd" in sanne.get(here).content.decode()
