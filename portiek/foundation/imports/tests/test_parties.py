"""Companies, addresses and the organisation from a spreadsheet, by their own actions: what the ERP owns stays, another's is not found."""

from django.core.files.uploadedfile import SimpleUploadedFile

from portiek.core.db import scope
from portiek.foundation.imports.models import Import
from portiek.foundation.imports.tests.test_people import brought, carried_out, outcomes
from portiek.foundation.parties.models import Address, Party, Unit

COMPANIES = "klantnummer;naam;soort;kvk;btw-nummer;kredietlimiet;betaaltermijn;hoofddebiteur\n10900;Timmerbedrijf Vos;klant;12345679;NL 0044.95445.B01;12.500,00;14;10042\n10901;Gips Zuid;leverancier;;;;;\n10042;Bouwbedrijf Bakker B.V.;klant;12345678;NL004495445B01;25000;30;\n"


def test_companies(cast, client_of):
    olga = client_of("olga")
    carried_out(olga, COMPANIES, path="/imports/new/parties/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["new", "new", "same"]
    with scope(cast.system):
        made = Party.objects.get(number="10900")
        assert (made.kind, made.coc_number, made.vat_number, str(made.credit_limit), made.payment_days, made.parent.number) == ("customer", "12345679", "NL004495445B01", "12500.00", 14, "10042")
        assert Party.objects.get(number="10901").kind == "supplier"
    brought(olga, COMPANIES, path="/imports/new/parties/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["same", "same", "same"]
    carried_out(olga, "nummer;naam;telefoon\n10900;Timmerbedrijf De Vos;038 1\n", path="/imports/new/parties/")
    with scope(cast.system):
        made.refresh_from_db()
        assert (made.name, made.phone, made.coc_number, made.payment_days) == ("Timmerbedrijf De Vos", "038 1", "12345679", 14)


def test_what_is_wrong_is_said_of_its_column(cast, client_of):
    olga = client_of("olga")
    here = brought(olga, "nummer;naam;soort;kvk;hoofddebiteur;portal_id\n1;A;ruimteschip;123;99999;2\n2;B;klant;12345678;;2\n", path="/imports/new/parties/")
    found = outcomes(cast)[1]
    assert [outcome for outcome, _texts in found] == ["refused", "new"] and len(found[0][1]) >= 1
    assert "portal_id" in olga.get(here).content.decode()


def test_what_the_erp_owns_stays(cast, client_of):
    with scope(cast.system):
        Party.objects.filter(number="10042").update(external_id="C-1")
    carried_out(client_of("olga"), "nummer;naam;taal\n10042;Andere naam;nl\n10077;Kozijnhuis De Vries;en\n", path="/imports/new/parties/")
    found = outcomes(cast)[1]
    assert [outcome for outcome, _texts in found] == ["refused", "changed"] and "administratie" in found[0][1][0]


ADDRESSES = "naam;straat;postcode;plaats;land\nBouwplaats Noord;Kade 1;8261 aa;Kampen;Nederland\n;Rue Haute 2;1000;Brussel;België\nFout;Kade 3;12;Kampen;NL\n"


def test_addresses_of_ones_own_company(cast, client_of):
    sanne = client_of("sanne")
    carried_out(sanne, ADDRESSES, path="/imports/new/addresses/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["new", "new", "refused"]
    with scope(cast.system):
        made = Address.objects.get(street="Kade 1")
        assert (made.party_id, made.postal_code, made.label) == (cast.sanne.party_id, "8261 AA", "Bouwplaats Noord") and Address.objects.get(street="Rue Haute 2").country == "BE"
    carried_out(sanne, ADDRESSES.replace("Kade 1", "Kade 11"), path="/imports/new/addresses/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["changed", "same", "refused"]
    with scope(cast.system):
        made.refresh_from_db()
        assert made.street == "Kade 11"


def test_addresses_of_many_companies_are_for_staff(cast, client_of):
    rows = "klantnummer;straat;postcode;plaats\n10042;Kade 5;8261 AA;Kampen\n10077;Kade 5;8261 AA;Kampen\n50001;Kade 5;8261 AA;Kampen\n"
    assert client_of("sanne").post("/imports/new/all-addresses/", {"file": SimpleUploadedFile("x.csv", rows.encode())}).status_code == 404
    carried_out(client_of("olga"), rows, path="/imports/new/all-addresses/")
    # The last one is a company of the other portal: as good as none.
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["new", "new", "refused"]
    with scope(cast.system):
        assert {row.party.number for row in Address.objects.filter(street="Kade 5")} == {"10042", "10077"}


UNITS = "naam;soort;onderdeel van;code\nAlmelo;vestiging;;A\nWerkplaats;afdeling;A;A1\nVerbouwing;project;Werkplaats Almelo;P9\nInkoop;afdeling;Almelo;A2\n"


def test_an_organisation_whose_rows_build_on_each_other(cast, client_of):
    sanne = client_of("sanne")
    here = brought(sanne, UNITS, path="/imports/new/units/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["new", "new", "refused", "new"]
    with scope(cast.system):
        assert not Unit.objects.filter(name="Almelo").exists()
    sanne.post(f"{here}confirm/")
    from portiek.config.testing import run_jobs

    run_jobs()
    with scope(cast.system):
        almelo = Unit.objects.get(name="Almelo")
        assert {row.name for row in Unit.objects.filter(parent=almelo)} == {"Werkplaats", "Inkoop"} and Unit.objects.get(code="A2").kind == "department"
    carried_out_again = brought(sanne, UNITS.replace("Inkoop;afdeling;Almelo;A2", "Inkoop Oost;afdeling;Kampen;A2"), path="/imports/new/units/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["same", "same", "refused", "changed"]
    sanne.post(f"{carried_out_again}confirm/")
    run_jobs()
    with scope(cast.system):
        moved = Unit.objects.get(code="A2")
        assert (moved.name, moved.parent.name) == ("Inkoop Oost", "Kampen")


def test_the_right_of_each_kind_and_the_missing_columns(cast, client_of):
    for path in ("units", "addresses"):
        assert client_of("youssef").get(f"/imports/new/{path}/").status_code == 403
        assert client_of("olga").get(f"/imports/new/{path}/10042/").status_code == 200 and client_of("olga").get(f"/imports/new/{path}/").status_code == 404
    assert client_of("fatima").get("/imports/new/parties/").status_code == 403
    brought(client_of("sanne"), "straat;straat\nx;y\n", path="/imports/new/addresses/")
    assert "twee keer" in outcomes(cast)[0].problem
    brought(client_of("sanne"), "straat;iets\nx;y\n", path="/imports/new/addresses/")
    last = outcomes(cast)[0]
    assert last.state == "unreadable" and "Postcode" in last.problem and "Plaats" in last.problem
    brought(client_of("sanne"), "straat;postcode;plaats\n", path="/imports/new/addresses/")
    assert outcomes(cast)[0].state == "unreadable"
    answer = client_of("sanne").post("/imports/new/addresses/", {"file": SimpleUploadedFile("x.csv", b"a" * (5 * 1024 * 1024 + 1))})
    assert answer.status_code == 422 and "5 MB" in answer.content.decode()
    with scope(cast.system):
        assert Import.objects.filter(state="reading").count() == 0


def test_the_buttons_stand_where_the_lists_are(cast, client_of):
    sanne, olga = client_of("sanne"), client_of("olga")
    for client, page, path in ((sanne, "/colleagues/", "/imports/new/people/"), (sanne, "/parties/mine/", "/imports/new/addresses/"), (sanne, "/parties/mine/units/", "/imports/new/units/"), (sanne, "/parties/mine/contacts/", "/imports/new/contacts/"), (olga, "/parties/10042/contacts/", "/imports/new/contacts/10042/"),
                               (olga, "/parties/", "/imports/new/parties/"), (olga, "/parties/10042/users/", "/imports/new/people/10042/"), (olga, "/parties/10042/addresses/", "/imports/new/addresses/10042/"),
                               (olga, "/parties/10042/units/", "/imports/new/units/10042/"), (olga, "/colleagues/", "/imports/new/people/")):  # fmt: skip
        assert f'href="{path}"' in client.get(page).content.decode(), page
        assert client.get(path).status_code == 200
    assert "/imports/new/" not in client_of("youssef").get("/parties/mine/").content.decode()


CONTACTS = "naam;functie;e-mail;telefoon;vestiging\nHenk Post;Planning;Henk@bakker.example;038 1;Kampen\nIns Balie;;;038 2;\nFout;;geen adres;;\nElders;;;;Maastricht\n"


def test_contacts_who_need_not_log_in(cast, client_of):
    from portiek.foundation.parties.models import Contact

    sanne = client_of("sanne")
    carried_out(sanne, CONTACTS, path="/imports/new/contacts/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["new", "new", "refused", "refused"]
    brought(sanne, CONTACTS, path="/imports/new/contacts/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["same", "same", "refused", "refused"]
    carried_out(sanne, "naam;e-mail;functie\nHenk Post-Vos;henk@bakker.example;Chef\nIns Balie;balie@bakker.example;\n", path="/imports/new/contacts/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["changed", "changed"]
    with scope(cast.system):
        made = Contact.objects.get(email="henk@bakker.example")
        assert (made.party_id, made.name, made.role, made.phone, made.unit.name) == (cast.sanne.party_id, "Henk Post-Vos", "Chef", "038 1", "Kampen")
        Contact.objects.filter(pk=made.pk).update(external_id="C-9")
    brought(sanne, "naam;e-mail\nAnders;henk@bakker.example\n", path="/imports/new/contacts/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["refused"]
    assert client_of("youssef").get("/imports/new/contacts/").status_code == 403
