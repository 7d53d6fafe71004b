"""Agreements, discounts and surcharges by files: what was agreed counts at once, staff only read it, and what is wrong is said by row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portiek.core.db import scope
from portiek.core.errors import Forbidden, Refused, wording
from portiek.core.models import FactRow
from portiek.edges.connectors import engine
from portiek.edges.connectors.files import actions, collecting, reading
from portiek.edges.connectors.models import Feed, Quarantine
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions as pricing
from portiek.trade.pricing import queries, records
from portiek.trade.pricing.models import Agreement, AgreementLine, CustomerGroup, GroupAgreement, GroupDiscount, GroupMember, PartyDiscount, Surcharge

DAY = date(2027, 3, 1)
AGREED = ["afspraak;klant;klantgroep;omschrijving;van;tot;artikel;kortingsgroep;vanaf;prijs;korting"]


@pytest.fixture
def terms(files):
    files.map("product", external_id="nr", name="naam", list_price="prijs", discount_group="groep")
    files.map("party", external_id="nr", name="naam")
    files.map("agreement", external_id="afspraak", party="klant", group="klantgroep", name="omschrijving", valid_from="van", valid_until="tot", lines__product="artikel", lines__discount_group="kortingsgroep",
              lines__min_quantity="vanaf", lines__price={"column": "prijs", "change": "comma"}, lines__discount={"column": "korting", "change": "percent"})
    files.map("discount", party="klant", discount_group="groep", discount={"column": "korting", "change": "percent"}, valid_from="van")
    files.map("surcharge", external_id="code", name="naam", product="artikel", discount_group="groep", rate={"column": "procent", "change": "percent"}, amount="bedrag")
    files.put("product.csv", ["nr;naam;prijs;groep", "A1;Balk;10;HOUT", "A2;Plaat;20;PLAAT", "A3;Lat;4;HOUT"])
    files.put("party.csv", ["nr;naam", "K1;Bouwbedrijf Aalders", "K2;Timmerbedrijf Bos"])
    return files


def price(files, sku, party="K1", quantity=1):
    with scope(files.actor):
        product, whose = Product.objects.get(external_id=sku), Party.objects.get(external_id=party)
        return queries.standing_price(files.actor, product.pk, Decimal(quantity), day=DAY, party_id=whose.pk).net


def held(files):
    with scope(files.actor):
        return dict(Quarantine.objects.filter(connection=files.connection).values_list("external_id", "reason"))


def test_what_was_agreed_counts_until_the_file_says_otherwise(terms):
    terms.put("agreement.csv", [*AGREED, "C1;K1;;Jaarcontract;1-1-2027;31-12-2027;A1;;;8,50;", "C1;K1;;Jaarcontract;1-1-2027;31-12-2027;A1;;100;7,25;", "C1;K1;;Jaarcontract;1-1-2027;31-12-2027;;PLAAT;;;12,5", "C2;K2;;Oud;1-1-2026;31-12-2026;A1;;;1,00;"])
    assert not terms.run().errors and not held(terms)
    assert (price(terms, "A1"), price(terms, "A1", quantity=100), price(terms, "A2")) == (Decimal("8.50"), Decimal("7.25"), Decimal("17.50"))
    assert price(terms, "A1", "K2") == 10 and price(terms, "A3") == 4
    with scope(terms.actor):
        made = Agreement.objects.get(external_id="C1")
        assert (made.number, made.party.external_id, made.valid_until) == ("C1", "K1", date(2027, 12, 31))
        assert FactRow.objects.filter(name="pricing.agreement.made", party_id=made.party_id).count() == 1
    terms.put("agreement-2.csv", [*AGREED, "C1;K1;;Jaarcontract 2027;1-1-2027;31-12-2027;A1;;;8,00;", "C2;K2;;Oud;1-1-2026;31-12-2026;A1;;;1,00;"])
    terms.run()
    assert (price(terms, "A1"), price(terms, "A1", quantity=100), price(terms, "A2")) == (Decimal("8.00"), Decimal("8.00"), 20)
    with scope(terms.actor):
        told = FactRow.objects.get(name="pricing.agreement.changed", party_id=made.party_id).changes
        assert told["name"] == ["Jaarcontract", "Jaarcontract 2027"] and told["A1"][1] in ("8.00", "8.0000") and told["PLAAT"][1] == ""
    terms.put("agreement-delta.csv", [*AGREED, "C1;K1;;Jaarcontract 2027;1-1-2027;31-12-2027;A1;;;8,00;"])
    terms.run()
    # A whole file without it: it counts no longer, and can still be read.
    terms.put("agreement-3.csv", [*AGREED, "C2;K2;;Oud;1-1-2026;31-12-2026;A1;;;1,00;"])
    terms.run()
    assert price(terms, "A1") == 10
    with scope(terms.actor):
        assert Agreement.objects.get(external_id="C1").is_active is False and AgreementLine.objects.filter(agreement=made).count() == 1


def test_an_agreement_of_a_customer_group_serves_its_members(terms):
    terms.run()
    with scope(terms.actor):
        group = CustomerGroup.objects.create(portal_id=terms.actor.portal_id, code="INKOOP", name="Inkoopcombinatie")
        GroupMember.objects.create(portal_id=terms.actor.portal_id, party=Party.objects.get(external_id="K2"), group=group)
    terms.put("agreement.csv", [*AGREED, "G1;;INKOOP;Combinatie;;;A1;;;6,00;", "G2;;ONBEKEND;Wie;;;A1;;;5,00;", "G3;K1;INKOOP;Beide;;;A1;;;5,00;", "G4;K9;;Wie;;;A1;;;5,00;"])
    terms.run()
    assert price(terms, "A1", "K2") == 6 and price(terms, "A1") == 10
    assert held(terms) == {"G2": "unknown_group", "G3": "bad_whose", "G4": "unknown_party"}
    with scope(terms.actor):
        assert GroupAgreement.objects.get(external_id="G1").group == group


def test_a_bad_line_is_named_and_the_others_count(terms):
    terms.put("agreement.csv", [*AGREED, "C1;K1;;X;;;A1;;;8,50;", "C1;K1;;X;;;ZZZ;;;1,00;", "C1;K1;;X;;;A2;HOUT;;1,00;", "C1;K1;;X;;;A3;;;2,00;10", "C1;K1;;X;;;A3;;;;12,345"])
    terms.run()
    assert held(terms) == {"C1": "bad_lines: ZZZ unknown_product, A2 bad_target, A3 bad_reward, A3 bad_percent"} and price(terms, "A1") == Decimal("8.50")
    terms.put("product-delta.csv", ["nr;naam;prijs;groep", "ZZZ;Nieuw;9;HOUT"])
    terms.put("agreement-delta.csv", [*AGREED, "C1;K1;;X;;;A1;;;8,50;", "C1;K1;;X;;;ZZZ;;;1,00;"])
    terms.run()
    engine.heal(terms.actor, terms.connection.pk)
    assert not held(terms) and price(terms, "ZZZ") == 1


def test_discounts_have_no_number_and_go_with_the_file(terms):
    terms.put("discount.csv", ["klant;groep;korting;van", "K1;HOUT;10;", "K2;HOUT;5;1-1-2027", "K1;PLAAT;101;", "K9;HOUT;5;"])
    terms.run()
    assert (price(terms, "A1"), price(terms, "A1", "K2"), price(terms, "A2")) == (9, Decimal("9.50"), 20)
    assert held(terms) == {"K1@PLAAT": "bad_percent", "K9@HOUT": "unknown_party"}
    with scope(terms.actor), pytest.raises(Refused, match="of_the_erp"):
        pricing.set_discount(terms.actor, party=Party.objects.get(external_id="K1"), discount_group="HOUT", percent=Decimal(50))
    terms.put("discount-2.csv", ["klant;groep;korting;van", "K2;HOUT;7,5;1-1-2027", "K2;PLAAT;5;"])
    terms.run()
    assert (price(terms, "A1"), price(terms, "A1", "K2")) == (10, Decimal("9.25"))
    with scope(terms.actor):
        assert not PartyDiscount.objects.filter(party__external_id="K1").exists()


@pytest.fixture
def grouped(terms):
    terms.map("discount", party="klant", group="klantgroep", discount_group="groep", discount={"column": "korting", "change": "percent"}, valid_from="van")
    terms.run()
    return terms


def _chain(files, code="INKOOP", *members):
    with scope(files.actor):
        group = CustomerGroup.objects.create(portal_id=files.actor.portal_id, code=code, name="Inkoopcombinatie")
        for party in members:
            GroupMember.objects.create(portal_id=files.actor.portal_id, party=Party.objects.get(external_id=party), group=group)
    return group


GROUPED = "klant;klantgroep;groep;korting;van"


def test_a_discount_of_a_customer_group_serves_its_members_until_the_file_says_otherwise(grouped):
    group = _chain(grouped, "INKOOP", "K2")
    grouped.put("discount.csv", [GROUPED, ";INKOOP;HOUT;10;", ";INKOOP;PLAAT;5;1-1-2027", "K1;;HOUT;20;", ";ONBEKEND;HOUT;5;", "K1;INKOOP;HOUT;5;", ";;HOUT;5;", ";INKOOP;STEEN;101;"])
    grouped.run()
    assert (price(grouped, "A1", "K2"), price(grouped, "A2", "K2"), price(grouped, "A1"), price(grouped, "A2")) == (9, 19, 8, 20)
    assert held(grouped) == {"@HOUT@ONBEKEND": "unknown_group", "K1@HOUT@INKOOP": "bad_whose", "@STEEN@INKOOP": "bad_percent"}
    assert [(row.number, row.field, row.code) for row in grouped.rows()] == [(7, "party", "empty")]
    with scope(grouped.actor):
        made = GroupDiscount.objects.get(external_id="@PLAAT@2027-01-01@INKOOP")
        assert (made.group, made.percent, made.valid_from) == (group, 5, date(2027, 1, 1)) and made.as_of
        product, whose = Product.objects.get(external_id="A1"), Party.objects.get(external_id="K2")
        assert queries.standing_price(grouped.actor, product.pk, Decimal(1), day=DAY, party_id=whose.pk).explanation[-1].group == "Inkoopcombinatie"
    grouped.put("discount-2.csv", [GROUPED, ";INKOOP;HOUT;12,5;", "K1;;HOUT;20;", ";ONBEKEND;HOUT;5;", ";INKOOP;STEEN;101;"])
    grouped.run()
    assert (price(grouped, "A1", "K2"), price(grouped, "A2", "K2"), price(grouped, "A1")) == (Decimal("8.75"), 20, 8)
    with scope(grouped.actor):
        assert [row.changes for row in FactRow.objects.filter(name="pricing.group.changed").order_by("pk")][2:] == [{"HOUT": ["10.00", "12.500"]}, {"PLAAT": ["5.00", ""]}]


def test_one_that_waits_for_its_customer_group_comes_in_with_it(grouped):
    grouped.put("discount.csv", [GROUPED, ";INKOOP;HOUT;10;"])
    grouped.run()
    assert held(grouped) == {"@HOUT@INKOOP": "unknown_group"}
    _chain(grouped, "INKOOP", "K1")
    engine.heal(grouped.actor, grouped.connection.pk)
    assert not held(grouped) and price(grouped, "A1") == 9


def test_a_damaged_row_takes_nothing_away(grouped):
    _chain(grouped, "INKOOP", "K2")
    grouped.put("discount.csv", [GROUPED, "K1;;HOUT;20;", "K1;;PLAAT;20;", ";INKOOP;HOUT;10;", ";INKOOP;PLAAT;10;1-1-2027"])
    grouped.run()
    grouped.put("discount-2.csv", [GROUPED, "K1;;HOUT;veel;", "K1;;PLAAT;25;", ";INKOOP;HOUT;;", ";INKOOP;PLAAT;15;1-1-2027"])
    grouped.run()
    # What a row names and does not say well stays as it was; the others change.
    assert (price(grouped, "A1"), price(grouped, "A2"), price(grouped, "A1", "K2"), price(grouped, "A2", "K2")) == (8, 15, 9, 17)
    with scope(grouped.actor):
        assert {row.external_id for row in grouped.rows()} == {"K1@HOUT", "@HOUT@INKOOP"}


def test_a_discount_of_a_group_that_staff_made_becomes_the_erps_and_staff_only_read_it(grouped):
    group = _chain(grouped, "INKOOP", "K2")
    with scope(grouped.actor):
        own = pricing.set_group_discount(grouped.actor, group=group, discount_group="HOUT", percent=Decimal(3))
        other = pricing.set_group_discount(grouped.actor, group=group, discount_group="PLAAT", percent=Decimal(4))
    grouped.put("discount.csv", [GROUPED, ";INKOOP;HOUT;10;"])
    grouped.run()
    with scope(grouped.actor):
        own.refresh_from_db(), other.refresh_from_db()
        assert (own.external_id, own.percent, other.external_id, other.percent) == ("@HOUT@INKOOP", 10, None, 4)
        for attempt in (lambda: pricing.set_group_discount(grouped.actor, group=group, discount_group="HOUT", percent=Decimal(50)), lambda: pricing.remove_group_discount(grouped.actor, group=group, key=own.pk)):
            with pytest.raises(Refused, match="of_the_erp"):
                attempt()
        assert [item.code for item in pricing.apply_discounts(grouped.actor, records=[records.DiscountRecord("X1", None, "HOUT", Decimal(2), group="INKOOP")])] == ["number_taken"]
        taken = pricing.apply_discounts(grouped.actor, records=[records.DiscountRecord("@HOUT@INKOOP", "K1", "HOUT", Decimal(2))])
        assert [item.code for item in taken] == ["other_party"] and not PartyDiscount.objects.filter(party__external_id="K1").exists()


def test_a_group_of_another_portal_is_unknown(grouped, cast):
    with scope(cast.system):
        theirs, count = CustomerGroup.objects.get(code="BOUW-IJSSEL"), GroupDiscount.objects.count()
    grouped.put("discount.csv", [GROUPED, f";{theirs.code};BEV;90;"])
    grouped.run()
    assert held(grouped) == {f"@BEV@{theirs.code}": "unknown_group"}
    with scope(cast.system):
        assert GroupDiscount.objects.count() == count and not GroupDiscount.objects.filter(percent=90).exists()


def test_a_file_of_discounts_by_hand_says_by_row_what_would_be_refused(grouped):
    _chain(grouped, "INKOOP", "K2")
    path = grouped.place / "mine.csv"
    path.write_text("\n".join([GROUPED, ";INKOOP;HOUT;10;", ";ONBEKEND;HOUT;10;", "K1;INKOOP;HOUT;10;", ";;HOUT;10;"]))
    heads, sample = reading.sample(path, "discount")
    with scope(grouped.actor), path.open("rb") as content:
        made = actions.bring_file(grouped.actor, connection=grouped.connection, layout="discount", name="discount.csv", content=content, is_whole=True, heads=heads, sample=sample)
    collecting.look(grouped.actor, grouped.connection.pk)
    with scope(grouped.actor):
        made.refresh_from_db()
        assert (made.state, made.new, made.refused) == ("ready", 1, 3) and not GroupDiscount.objects.exists()


def test_the_page_of_a_group_offers_no_change_of_a_discount_of_the_erp(cast, client_of):
    with scope(cast.system):
        found = GroupDiscount.objects.select_related("group").get(group__code="BOUW-IJSSEL", discount_group="BEV")
        GroupDiscount.objects.filter(pk=found.pk).update(external_id="E1")
    base = f"/prices/groups/{found.group.code}/"
    assert f"discounts/{found.pk}/remove/" not in client_of("peter").get(base).content.decode()
    said = client_of("peter").post(f"{base}discounts/{found.pk}/remove/", follow=True)
    assert said.status_code == 200 and "in de administratie bijgehouden" in said.content.decode()
    said = client_of("peter").post(base + "discounts/set/", {"discount_group": "BEV", "percent": "3"})
    assert said.status_code == 422 and "in de administratie bijgehouden" in said.content.decode()
    with scope(cast.system):
        assert GroupDiscount.objects.get(pk=found.pk).percent == found.percent


def test_surcharges_come_on_top_and_go_with_the_file(terms):
    terms.put("surcharge.csv", ["code;naam;artikel;groep;procent;bedrag", "T1;Houttoeslag;;HOUT;2,5;", "T2;Energie;A2;;;0.75", "T3;Niets;A2;;;", "T4;Wat;ZZZ;;1;"])
    terms.run()
    with scope(terms.actor):
        assert {(row.external_id, row.percent, row.amount) for row in Surcharge.objects.exclude(external_id=None)} == {("T1", Decimal("2.50"), None), ("T2", None, Decimal("0.7500"))}
        row = Surcharge.objects.get(external_id="T1")
        for attempt in (lambda: pricing.change_surcharge(terms.actor, surcharge=row, values={"percent": Decimal(1)}), lambda: pricing.remove_surcharge(terms.actor, surcharge=row)):
            with pytest.raises(Refused, match="of_the_erp"):
                attempt()
    assert held(terms) == {"T3": "bad_reward", "T4": "unknown_product"}
    terms.put("surcharge-2.csv", ["code;naam;artikel;groep;procent;bedrag", "T2;Energie;A2;;;0.80", "T5;Kraan;A3;;1;"])
    terms.run()
    with scope(terms.actor):
        assert dict(Surcharge.objects.exclude(external_id=None).values_list("external_id", "amount")) == {"T2": Decimal("0.8000"), "T5": None}
        assert FactRow.objects.filter(name="pricing.surcharge.changed").order_by("-pk").values_list("text", flat=True).first() == "Houttoeslag"


def test_what_the_erp_agreed_is_read_only_for_staff_and_unseen_by_others(terms):
    terms.put("agreement.csv", [*AGREED, "C1;K1;;Jaarcontract;;;A1;;;8,50;"])
    terms.run()
    with scope(terms.actor):
        row, product = Agreement.objects.get(external_id="C1"), Product.objects.get(external_id="A1")
        line = AgreementLine.objects.get(agreement=row)
        for attempt in (lambda: pricing.change_agreement(terms.actor, agreement=row, values={"name": "Anders"}), lambda: pricing.remove_agreement_line(terms.actor, line=line),
                        lambda: pricing.add_agreement_line(terms.actor, agreement=row, product=product, min_quantity=Decimal(5), price=Decimal(1))):
            with pytest.raises(Refused, match="of_the_erp") as no:
                attempt()
            assert wording(no.value)


def test_a_customer_sees_its_own_of_the_erp_and_not_another_ones(cast):
    with scope(cast.system):
        mine, other = Party.objects.get(number="10042"), Party.objects.exclude(number="10042").order_by("pk").first()
        Party.objects.filter(pk=mine.pk, external_id=None).update(external_id="X1")
        Party.objects.filter(pk=other.pk, external_id=None).update(external_id="X2")
        mine.refresh_from_db(), other.refresh_from_db()
        product = Product.objects.exclude(external_id=None).order_by("pk").first()
        line = records.AgreementLineRecord(product.external_id, price=Decimal(1))
        assert pricing.apply_agreements(cast.system, records=[records.AgreementRecord(key, key, "Van de ERP", party=party.external_id, lines=(line,)) for key, party in (("E1", mine), ("E2", other))]) == []
    with scope(cast.sanne):
        assert set(Agreement.objects.filter(external_id__in=["E1", "E2"]).values_list("external_id", flat=True)) == {"E1"}
        assert AgreementLine.objects.filter(agreement__external_id="E2").count() == 0
        for apply, record in ((pricing.apply_agreements, records.AgreementRecord("E3", "E3", "X", party="X1")), (pricing.apply_discounts, records.DiscountRecord("E3", "X1", "HOUT", Decimal(50))), (pricing.apply_surcharges, records.SurchargeRecord("E3", "X", None, "HOUT", Decimal(1)))):
            with pytest.raises(Forbidden):
                apply(cast.sanne, records=[record])


def test_an_agreement_moves_to_nobody_else_and_takes_no_number_of_another(terms):
    terms.put("agreement.csv", [*AGREED, "C1;K1;;Een;;;A1;;;8,50;"])
    terms.run()
    with scope(terms.actor):
        first = records.AgreementRecord("C1", "C1", "Een", party="K2")
        assert [item.code for item in pricing.apply_agreements(terms.actor, records=[first, records.AgreementRecord("C9", "C1", "Een", party="K1")])] == ["other_party", "number_taken"]
        own = pricing.create_agreement(terms.actor, party=Party.objects.get(external_id="K2"), number="EIGEN", name="Van het portaal")
        assert pricing.apply_agreements(terms.actor, records=[records.AgreementRecord("C5", "EIGEN", "Van de ERP", party="K2")]) == []
        own.refresh_from_db()
        assert (own.external_id, own.name) == ("C5", "Van de ERP")


def test_a_file_by_hand_says_by_row_what_would_be_refused(terms):
    terms.run()
    path = terms.place / "mine.csv"
    path.write_text("\n".join([*AGREED, "C1;K1;;Een;;;A1;;;8,50;", "C2;K9;;Wie;;;A1;;;8,50;", "C3;K1;;Lijn;;;ZZZ;;;8,50;"]))
    heads, sample = reading.sample(path, "agreement")
    with scope(terms.actor), path.open("rb") as content:
        made = actions.bring_file(terms.actor, connection=terms.connection, layout="agreement", name="agreement.csv", content=content, is_whole=True, heads=heads, sample=sample)
    collecting.look(terms.actor, terms.connection.pk)
    with scope(terms.actor):
        made.refresh_from_db()
        assert (made.state, made.new, made.refused) == ("ready", 1, 2) and not Agreement.objects.filter(external_id="C1").exists()


def test_a_connection_of_before_gets_the_feeds_that_came_later(terms):
    with scope(terms.actor):
        Feed.objects.filter(connection=terms.connection, entity__in=["agreement", "discount", "surcharge"]).delete()
    engine.check(terms.actor, terms.connection.pk)
    with scope(terms.actor):
        assert Feed.objects.filter(connection=terms.connection, entity__in=["agreement", "discount", "surcharge"]).count() == 3
