"""The portal's own fields from a spreadsheet, also of LibreOffice and old Excel; who brought one in is told."""

import pytest

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.foundation.fields import actions as fields
from portiek.foundation.fields import queries
from portiek.foundation.fields.parties import PARTY
from portiek.foundation.imports.tests.files import ods, xls
from portiek.foundation.imports.tests.test_people import brought, carried_out, outcomes
from portiek.foundation.notifications.models import Notification
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.fields import PRODUCT
from portiek.trade.catalog.models import Product

ROWS = "klantnummer;Regio;Bezocht;Klantenkaart\n10042;noord;3-2-2026;A-1\n10077;Oost;;\n99999;Noord;;\n50001;Noord;;\n"


@pytest.fixture
def made(cast):
    with scope(cast.olga):
        for label, kind, visibility, required in (("Regio", "choice", "staff", True), ("Bezocht", "date", "staff", False), ("Klantenkaart", "text", "see", False)):
            fields.make_field(cast.olga, subject=PARTY, label=label, kind=kind, visibility=visibility, required=required, choices=["Noord", "Zuid"])
        fields.make_field(cast.olga, subject=PRODUCT, label="Actie", kind="yes_no")


def values(cast, number):
    with scope(cast.system):
        return queries.values(cast.system, PARTY, Party.objects.get(number=number))


def test_own_fields_of_companies(cast, client_of, made):
    carried_out(client_of("olga"), ROWS, path="/imports/new/party-fields/")
    found = outcomes(cast)[1]
    # What is not a choice, what is not there and what is of the other portal.
    assert [outcome for outcome, _texts in found] == ["changed", "refused", "refused", "refused"]
    assert "Noord, Zuid" in found[1][1][0] and "99999" in found[2][1][0] and "50001" in found[3][1][0]
    assert values(cast, "10042") == {"regio": "Noord", "bezocht": "2026-02-03", "klantenkaart": "A-1"} and values(cast, "10077") == {}
    # An empty cell takes out, but not what has to be filled in; a column that is not there changes nothing.
    carried_out(client_of("olga"), "klantnummer;bezocht\n10042;\n10077;\n", path="/imports/new/party-fields/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["changed", "same"]
    assert values(cast, "10042") == {"regio": "Noord", "klantenkaart": "A-1"}
    brought(client_of("olga"), "klantnummer;regio\n10042;\n", path="/imports/new/party-fields/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["refused"]


def test_own_fields_of_products_are_for_who_changes_products(cast, client_of, made):
    with scope(cast.system):
        sku = Product.objects.filter(is_active=True).order_by("pk").values_list("sku", flat=True).first()
    carried_out(client_of("olga"), f"artikelnummer;actie\n{sku};Ja\nX-0;nee\n", path="/imports/new/product-fields/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["changed", "refused"]
    with scope(cast.system):
        assert queries.values(cast.system, PRODUCT, Product.objects.get(sku=sku)) == {"actie": "yes"}
    assert client_of("peter").get("/imports/new/product-fields/").status_code == 403
    for what in ("product-fields", "party-fields"):
        assert client_of("sanne").get(f"/imports/new/{what}/").status_code == 404


@pytest.mark.parametrize(("write", "name"), [(ods, "regio.ods"), (xls, "regio.xls")])
def test_spreadsheets_of_libreoffice_and_old_excel(cast, client_of, made, write, name):
    content = write([["Nummer", "Regio", "Klantenkaart"], ["10042", "Zuid", "é & <b>"], ["10077", "Noord", ""]])
    carried_out(client_of("olga"), content, path="/imports/new/party-fields/", name=name)
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["changed", "changed"]
    assert values(cast, "10042") == {"regio": "Zuid", "klantenkaart": "é & <b>"} and values(cast, "10077") == {"regio": "Noord"}


def test_who_brought_it_in_is_told_and_nobody_else(cast, client_of, made):
    def told():
        with scope(cast.system):
            return list(Notification.objects.filter(kind__startswith="imports.").order_by("pk").values_list("kind", "user_id"))

    olga = client_of("olga")
    brought(olga, ROWS, path="/imports/new/party-fields/")
    run_jobs()
    assert told() == [("imports.import_ready", cast.olga.user_id)]
    carried_out(olga, "klantnummer;regio\n10042;Zuid\n", path="/imports/new/party-fields/")
    run_jobs()
    brought(olga, "onzin\n1\n", path="/imports/new/party-fields/")
    run_jobs()
    assert [kind for kind, _user in told()] == ["imports.import_ready", "imports.import_ready", "imports.import_done", "imports.import_unreadable"]
    assert {user for _kind, user in told()} == {cast.olga.user_id}
