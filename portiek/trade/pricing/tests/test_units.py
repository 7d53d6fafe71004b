"""Agreements of a branch, department or project: they count for what is ordered for it, and for nothing else."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.foundation.imports.tests.test_people import brought
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.models import Unit
from portiek.foundation.parties.tests.test_merging import both
from portiek.foundation.parties.tests.test_splitting import kampen, split
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions, queries
from portiek.trade.pricing.models import Agreement

__all__ = ["both", "kampen"]
D = Decimal
SITE, TOWN, YARD = "Nieuwbouw Havenkwartier", "Kampen", "Werkplaats"


def _text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def _unit(cast, name):
    return Unit.objects.get(party_id=cast.sanne.party_id, name=name)


def _net(actor, sku="GP-125-3000", **more):
    return queries.standing_price(actor, Product.objects.get(sku=sku).pk, D(1), day=timezone.localdate(), **more).net


def test_an_agreement_of_a_project_counts_for_it_and_what_stands_in_it(cast):
    with scope(cast.peter):
        site, town, yard = (_unit(cast, name) for name in (SITE, TOWN, YARD))
        inside = parties.add_unit(cast.peter, party=site.party, name="Blok A", kind="project", parent=site)
        whole = _net(cast.peter, party_id=site.party_id)
        paid = {unit.name: _net(cast.peter, party_id=site.party_id, unit_id=unit.pk) for unit in (site, inside, town, yard)}
    assert whole == D("8.35") and paid == {SITE: D("7.45"), "Blok A": D("7.45"), TOWN: whole, YARD: whole}


def test_who_belongs_to_a_unit_orders_for_it(cast):
    with scope(cast.sanne):
        site = _unit(cast, SITE)
        assert _net(cast.sanne) == D("8.35"), "who orders for the company pays the company's price"
        member = replace(cast.youssef, unit_id=site.pk)
    with scope(member):
        assert _net(member) == D("7.45") and _net(member, unit_id=None) == D("8.35")
    other = replace(cast.dirk, unit_id=site.pk)
    with scope(other):
        assert _net(other, "KZ-9016") == D("46.50") and not Agreement.objects.filter(unit=site.pk).exists(), "a unit of another company is nobody's"


def test_the_nearest_unit_goes_first_also_where_it_is_dearer(cast):
    with scope(cast.peter):
        site, town, product = _unit(cast, SITE), _unit(cast, TOWN), Product.objects.get(sku="GP-125-3000")
        for number, unit, price in (("STAD", town, "7.00"), ("ALLES", None, "6.00")):
            made = actions.create_agreement(cast.peter, party=site.party, number=number, name=number, unit=unit)
            actions.add_agreement_line(cast.peter, agreement=made, product=product, price=D(price))
        assert [_net(cast.peter, party_id=site.party_id, unit_id=key) for key in (site.pk, town.pk, None)] == [D("7.45"), D("7.00"), D("6.00")]
        again = actions.create_agreement(cast.peter, party=site.party, number="NOG", name="Nog een", unit=town)
        with pytest.raises(Refused, match="agreed_elsewhere"):
            actions.add_agreement_line(cast.peter, agreement=again, product=product, price=D("6.50"))


def test_pages_say_for_whom_it_counts(client_of, cast):
    assert f"Alleen voor {SITE}" in _text(client_of("sanne").get("/prices/"))
    assert f"alleen voor {SITE}" in _text(client_of("sanne").get("/prices/agreements/P-2604/")) and client_of("dirk").get("/prices/agreements/P-2604/").status_code == 404
    peter = client_of("peter")
    with scope(cast.peter):
        site, strange = _unit(cast, SITE), Unit.objects.exclude(party_id=cast.sanne.party_id).first()
    asked = "/prices/explain/?party=10042&product=GP-125-3000"
    assert "7,45" in _text(peter.get(f"{asked}&unit={site.pk}")) and "8,35" in _text(peter.get(asked))
    made = {"number": "P-9", "name": "Nog een project", "tiers": "all_units"}
    if strange is not None:
        assert peter.post("/prices/parties/10042/agreements/new/", {**made, "unit": strange.pk}).status_code == 422
        assert peter.get(f"{asked}&unit={strange.pk}").status_code == 422
    assert peter.post("/prices/parties/10042/agreements/new/", {**made, "unit": site.pk}).status_code == 302
    with scope(cast.peter):
        assert Agreement.objects.get(number="P-9").unit_id == site.pk


def test_a_file_names_the_project(client_of, cast):
    peter = client_of("peter")
    here = brought(peter, "klantnummer;afspraak;artikelnummer;prijs;project\n10042;F-1;MS-M5;4,00;P-2604\n10042;F-2;MS-M5;4,00;Nergens\n10042;P-2604;MS-M5;4,00;Kampen\n", path="/imports/new/agreements/")
    peter.post(f"{here}confirm/")
    run_jobs()
    with scope(cast.peter):
        assert Agreement.objects.get(number="F-1").unit.name == SITE and not Agreement.objects.filter(number="F-2").exists()
        assert Agreement.objects.get(number="P-2604").unit.name == SITE


def test_an_agreement_of_a_unit_that_goes_is_ended(cast, kampen):
    bakker, unit, _order = kampen
    done = split(cast, bakker, unit)
    assert (done.state, done.problem, done.result["pricing.Agreement"]) == ("done", "", 1)
    with scope(cast.system):
        ended = Agreement.objects.get(number="P-2604")
        assert (ended.party_id, ended.unit_id, ended.is_active) == (bakker.pk, None, False)
        assert Agreement.objects.get(number="A-2026-118").is_active
