"""Agreements of customer groups from a spreadsheet: what members pay after it is what the file says, and again it changes nothing."""

from datetime import date
from decimal import Decimal

import pytest

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.foundation.imports.tests.test_people import brought, carried_out, outcomes
from portiek.trade.pricing.models import CustomerGroup, GroupAgreement, GroupAgreementLine
from portiek.trade.pricing.tests.test_imports import facts_of, price, said

D = Decimal
PATH = "/imports/new/group-agreements/"
HEAD = "klantgroep;afspraak;naam;artikelnummer;kortingsgroep;vanaf aantal;prijs;korting;valuta;vanaf;tot en met\n"
ROWS = HEAD + "BOUW-IJSSEL;IJ-27;Jaarafspraak 2027;MS-M5;;;4,105;;EUR;1-1-2026;31-12-2099\nBOUW-IJSSEL;IJ-27;Jaarafspraak 2027;MS-M5;;50;3.95;;;1-1-2026;2099-12-31\nBOUW-IJSSEL;IJ-27;Jaarafspraak 2027;;GIPS;;;12,5;;01/01/2026;31-12-2099\n"


def test_what_members_pay_is_what_the_file_says_and_again_it_changes_nothing(cast, client_of):
    peter, before = client_of("peter"), len(facts_of(cast, "pricing.group.changed"))
    assert price(cast, "10042", "MS-M5") == D("4.95")
    here = brought(peter, ROWS, path=PATH)
    assert said(cast) == ["new"] * 3 and price(cast, "10042", "MS-M5") == D("4.95")
    peter.post(f"{here}confirm/")
    run_jobs()
    assert [price(cast, "10042", "MS-M5", quantity) for quantity in ("1", "50")] == [D("4.105"), D("3.95")] and price(cast, "10077", "MS-M5") != D("4.105")
    with scope(cast.system):
        made = GroupAgreement.objects.get(number="IJ-27")
        assert (made.name, made.valid_from, made.valid_until) == ("Jaarafspraak 2027", date(2026, 1, 1), date(2099, 12, 31)) and GroupAgreementLine.objects.get(agreement=made, discount_group="GIPS").percent == D("12.5")
    told = facts_of(cast, "pricing.group.changed")[before:]
    assert [row.changes for row in told] == [{"agreement": ["", "Jaarafspraak 2027"]}, {"MS-M5": ["", "4.105"], "MS-M5 (50+)": ["", "3.95"], "GIPS": ["", "12.5"]}]
    brought(peter, ROWS, path=PATH)
    assert said(cast) == ["same"] * 3
    carried_out(peter, ROWS.replace("4,105", "4,20"), path=PATH)
    assert said(cast) == ["changed", "same", "same"] and price(cast, "10042", "MS-M5") == D("4.20")
    carried_out(peter, "klantgroep;afspraak;artikelnummer;prijs;tot en met\nBOUW-IJSSEL;IJ-27;MS-M5;4,20;30-11-2026\n", path=PATH)
    assert said(cast) == ["changed"] and price(cast, "10042", "MS-M5", day=date(2026, 12, 1)) == D("4.95")


@pytest.mark.parametrize(("row", "words"), [
    ("NIEMAND;X;;MS-M5;;;1;;;;", "NIEMAND"), ("BOUW-IJSSEL;X;;NIETS;;;1;;;;", "NIETS"), ("BOUW-IJSSEL;X;;;NIETS;;;5;;;", "NIETS"), ("BOUW-IJSSEL;X;;MS-M5;GIPS;;1;;;;", "artikel of een kortingsgroep"),
    ("BOUW-IJSSEL;X;;MS-M5;;;;;;;", "prijs of een percentage"), ("BOUW-IJSSEL;X;;MS-M5;;;1;;USD;;", "EUR"), ("BOUW-IJSSEL;X;;MS-M5;;;1;;;31-12-2027;1-1-2027", "laatste dag"), ("BOUW-IJSSEL;X;;GB-50;;;1;;;;", "IJ-2026"), ("BOUW-IJSSEL;;;MS-M5;;;6;;;;", "Vul"),
])  # fmt: skip
def test_what_is_wrong_is_said_of_its_row(cast, client_of, row, words):
    brought(client_of("peter"), HEAD + row, path=PATH)
    [(outcome, texts)] = outcomes(cast)[1]
    assert outcome == "refused" and any(words in text for text in texts), texts


def test_rows_that_contradict_each_other_and_a_group_of_the_administration(cast, client_of):
    peter = client_of("peter")
    brought(peter, HEAD + "BOUW-IJSSEL;A;Een;MS-M5;;;1;;;;\nBOUW-IJSSEL;A;Twee;MS-M5;;9;1;;;;\nBOUW-IJSSEL;B;;MS-M5;;;2;;;;\n", path=PATH)
    assert said(cast) == ["new", "refused", "refused"]
    with scope(cast.system):
        group = CustomerGroup.objects.get(code="BOUW-IJSSEL")
        GroupAgreement.objects.create(portal_id=group.portal_id, group=group, number="ERP", name="Van de administratie", external_id="E1")
    brought(peter, HEAD + "BOUW-IJSSEL;ERP;;MS-M5;;;1;;;;\n", path=PATH)
    assert said(cast) == ["refused"]
    assert client_of("sanne").get(PATH).status_code == 404 and client_of("fatima").get(PATH).status_code in (403, 404)
