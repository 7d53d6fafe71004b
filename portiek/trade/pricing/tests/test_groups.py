"""Customer groups: what members pay, what nobody else sees, and how staff and the ERP keep them."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions, facts, queries
from portiek.trade.pricing.models import CustomerGroup, GroupAgreement, GroupAgreementLine, GroupDiscount, GroupMember, GroupPriceList, PriceList, PriceListLine

D = Decimal


def _text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def _price(actor, sku, quantity=1, **more):
    return queries.standing_price(actor, Product.objects.get(sku=sku).pk, D(quantity), day=timezone.localdate(), **more)


@pytest.mark.parametrize(("sku", "quantity", "net"), [("GB-50", 1, "3.75"), ("GB-50", 20, "3.55"), ("GW-45-135", 1, "34.90"), ("KP-860", 1, "20.72")])
def test_a_member_pays_what_its_group_agreed(cast, sku, quantity, net):
    with scope(cast.sanne):
        own = _price(cast.sanne, sku, quantity)
        assert own.net == D(net)
    with scope(cast.peter):
        assert _price(cast.peter, sku, quantity, party_id=cast.sanne.party_id) == own


def test_at_each_step_the_party_s_own_goes_first(cast):
    with scope(cast.peter):
        party = Party.objects.get(number="10042")
        plate, foam = Product.objects.get(sku="GP-125-2600"), Product.objects.get(sku="GB-50")
        agreed = GroupAgreement.objects.get(number="IJ-2026")
        actions.add_group_line(cast.peter, agreement=agreed, product=plate, discount_group="", min_quantity=D(0), price=D("1.00"), percent=None)
        assert _price(cast.peter, "GP-125-2600", party_id=party.pk).net == D("6.48"), "an agreement of the party before one of its group, dearer or not"
        mine = actions.create_agreement(cast.peter, party=party, number="EIGEN", name="Eigen")
        actions.add_agreement_line(cast.peter, agreement=mine, discount_group="GIPS", percent=D(50))
        assert _price(cast.peter, "GB-50", party_id=party.pk).net == D("3.75"), "an agreement of the group on the article before one of the party on all of its group"
        actions.add_agreement_line(cast.peter, agreement=mine, product=foam, price=D("3.99"))
        assert _price(cast.peter, "GB-50", party_id=party.pk).net == D("3.99")
        wool = Product.objects.get(sku="GW-45-135")
        PriceListLine.objects.create(portal_id=party.portal_id, price_list=PriceList.objects.get(code="HOUT-2026"), product=wool, min_quantity=1, price=D("36.00"))
        assert _price(cast.peter, "GW-45-135", party_id=party.pk).net == D("36.00"), "a list of the party before one of its group"
        PriceListLine.objects.filter(product=wool, price_list__code="HOUT-2026").delete()
        PriceListLine.objects.create(portal_id=party.portal_id, price_list=PriceList.objects.get(code="DEALER-2026"), product=wool, min_quantity=1, price=D("30.00"))
        assert _price(cast.peter, "GW-45-135", party_id=party.pk).net == D("34.90"), "a list of the group before what the party's falls back on"
        actions.set_discount(cast.peter, party=party, discount_group="BEV", percent=D(2))
        assert _price(cast.peter, "KP-860", party_id=party.pk).net == D("21.952")


def test_the_explanation_names_the_group(cast, client_of):
    with scope(cast.sanne):
        assert [(step.rule, step.group) for step in _price(cast.sanne, "GB-50").explanation] == [("", ""), ("Jaarafspraak 2026", "Bouwgroep IJssel")]
    assert "Jaarafspraak 2026 (−9,5%), voor groep Bouwgroep IJssel" in _text(client_of("sanne").get("/catalog/p/GB-50/"))


def test_who_is_not_in_a_group_sees_nothing_of_it(cast, client_of):
    with scope(cast.sanne):
        assert [row.code for row in CustomerGroup.objects.all()] == ["BOUW-IJSSEL"]
        assert GroupAgreementLine.objects.count() == 2 and GroupDiscount.objects.count() == 1 and GroupPriceList.objects.count() == 1
        assert {row.party_id for row in GroupMember.objects.all()} == {cast.sanne.party_id}, "nor who else is in it"
    for who in ("dirk", "els", "mark", "nadia2", "otto"):
        actor = getattr(cast, who)
        with scope(actor):
            for model in (CustomerGroup, GroupMember, GroupPriceList, GroupAgreement, GroupAgreementLine, GroupDiscount):
                assert not model.objects.exists(), (who, model)
            with pytest.raises(NotFound):
                queries.group_agreement(actor, "BOUW-IJSSEL", "IJ-2026")
    path = "/prices/my-groups/BOUW-IJSSEL/agreements/IJ-2026/"
    assert "Bouwgroep IJssel" in _text(client_of("sanne").get(path)) and client_of("karin").get(path).status_code == 403
    assert client_of("dirk").get(path).status_code == 404 and client_of("otto").get("/prices/groups/BOUW-IJSSEL/").status_code == 404
    assert "Bouwgroep IJssel" in _text(client_of("sanne").get("/prices/")) and "Bouwgroep IJssel" not in _text(client_of("dirk").get("/prices/"))


def test_a_group_out_of_use_and_who_left_it_count_no_more(cast):
    with scope(cast.peter):
        party, group = Party.objects.get(number="10042"), CustomerGroup.objects.get(code="BOUW-IJSSEL")
        actions.change_group(cast.peter, group=group, name=group.name, is_active=False)
        assert recorded()[-1] == facts.GroupChanged(group_id=group.pk)
    with scope(cast.sanne):
        assert _price(cast.sanne, "GB-50").net == D("4.15") and not GroupAgreementLine.objects.exists() and not PriceList.objects.filter(code="IJSSEL-2026").exists()
    with scope(cast.peter):
        actions.change_group(cast.peter, group=group, name=group.name, is_active=True)
        actions.remove_member(cast.peter, group=group, party=party)
        assert recorded()[-1] == facts.GroupLeft(group_id=group.pk)
        with pytest.raises(NotFound):
            actions.remove_member(cast.peter, group=group, party=party)
    with scope(cast.sanne):
        assert _price(cast.sanne, "GB-50").net == D("4.15")


def test_what_is_refused(cast):
    with scope(cast.peter):
        group, product = CustomerGroup.objects.get(code="BOUW-IJSSEL"), Product.objects.get(sku="GB-50")
        agreed = GroupAgreement.objects.get(number="IJ-2026")
        line = {"product": product, "discount_group": "", "price": D(3), "percent": None}
        for match, call in (
            ("group_taken", lambda: actions.create_group(cast.peter, code="BOUW-IJSSEL", name="Nog een")),
            ("no_buyer", lambda: actions.add_member(cast.peter, group=group, party=Party.objects.get(pk=cast.mark.party_id))),
            ("position_taken", lambda: actions.assign_group_list(cast.peter, group=group, price_list=PriceList.objects.get(code="HOUT-2026"), position=1)),
            ("line_taken", lambda: actions.add_group_line(cast.peter, agreement=agreed, min_quantity=D(1), **line)),
            ("number_taken", lambda: actions.create_group_agreement(cast.peter, group=group, number="IJ-2026", name="Nog een")),
            ("window", lambda: actions.change_group_agreement(cast.peter, agreement=agreed, values={"valid_from": date(2030, 1, 1), "valid_until": date(2029, 1, 1)})),
        ):
            with pytest.raises(Refused, match=match):
                call()
        later = actions.create_group_agreement(cast.peter, group=group, number="IJ-2", name="Daarna", valid_from=date(agreed.valid_until.year + 1, 1, 1))
        actions.add_group_line(cast.peter, agreement=later, min_quantity=D(20), **line)
        for call in (lambda: actions.change_group_agreement(cast.peter, agreement=later, values={"valid_from": None}), lambda: actions.change_group_agreement(cast.peter, agreement=agreed, values={"valid_until": None})):
            with pytest.raises(Refused, match="agreed_elsewhere"):
                call()
        actions.set_group_discount(cast.peter, group=group, discount_group="BEV", percent=D(9))
        with pytest.raises(Refused, match="discount_elsewhere"):
            actions.set_group_discount(cast.peter, group=group, discount_group="BEV", percent=D(9), valid_from=date(2027, 1, 1))
    with scope(cast.fatima), pytest.raises(Forbidden):
        actions.create_group(cast.fatima, code="X", name="X")


def test_the_erp_says_who_is_in_which_group(cast):
    with scope(cast.system):
        bakker, devries = (Party.objects.get(number=number).pk for number in ("10042", "10077"))
        actions.apply_members(cast.system, wanted={bakker: ["A", "B"], devries: ["A"]})
        assert sorted(GroupMember.objects.filter(group__external_id__isnull=False).values_list("party_id", "group__code")) == sorted([(bakker, "A"), (bakker, "B"), (devries, "A")])
        before = len(recorded())
        actions.apply_members(cast.system, wanted={bakker: ["A", "B"], devries: ["A"]})
        assert len(recorded()) == before, "nothing new, nothing said"
        actions.apply_members(cast.system, wanted={bakker: ["B"]})
        assert set(queries.groups(cast.system, party_id=bakker).values_list("code", flat=True)) == {"B", "BOUW-IJSSEL"}, "what staff said stays"
        with pytest.raises(Refused, match="of_the_erp"):
            actions.add_member(cast.system, group=CustomerGroup.objects.get(code="A"), party=Party.objects.get(pk=bakker))


def test_staff_keep_groups_on_pages(client_of, cast):
    staff, base = client_of("peter"), "/prices/groups/"
    assert "Bouwgroep IJssel" in _text(staff.get(base))
    assert staff.post(base + "new/", {"code": "KETEN", "name": "De keten"}).headers["Location"] == base + "KETEN/"
    assert staff.post(base + "new/", {"code": "KETEN", "name": "De keten"}).status_code == 422
    base += "KETEN/"
    assert staff.post(base, {"party": "10077"}).status_code == 302 and staff.post(base, {"party": "NIEMAND"}).status_code == 422
    assert staff.post(base + "lists/assign/", {"price_list": "HOUT-2026", "position": "1"}).status_code == 302
    assert staff.post(base + "discounts/set/", {"discount_group": "STEEN", "percent": "3"}).status_code == 302
    assert staff.post(base + "agreements/new/", {"number": "K-1", "name": "Ketenafspraak", "tiers": "incremental"}).headers["Location"] == base + "agreements/K-1/"
    assert staff.post(base + "agreements/K-1/", {"product": "HR-1000", "price": "99,50"}).status_code == 302
    assert staff.post(base + "agreements/K-1/", {"product": "NIETS", "price": "99,50"}).status_code == 422
    assert staff.post(base + "agreements/K-1/change/", {"name": "Keten", "tiers": "all_units", "valid_until": "2099-12-31"}).status_code == 302
    text = _text(staff.get(base))
    assert "Kozijnhuis De Vries" in text and "Balken en platen 2026" in text and "STEEN" in text and ">Keten<" in text
    assert "De keten" in _text(staff.get("/parties/10077/prices/"))
    assert "99,50" in _text(client_of("dirk").get("/catalog/p/HR-1000/")) and "99,50" in _text(client_of("dirk").get("/prices/my-groups/KETEN/agreements/K-1/"))
    for path in ("", "change/", "lists/assign/", "discounts/set/", "agreements/new/", "agreements/K-1/", "agreements/K-1/change/"):
        assert client_of("dirk").get(base + path).status_code == 404 and client_of("otto").get(base + path).status_code == 404, path
    with scope(cast.peter):
        line, discount = GroupAgreementLine.objects.get(agreement__number="K-1"), GroupDiscount.objects.get(group__code="KETEN")
    for path in (f"agreements/K-1/lines/{line.pk}/remove/", f"discounts/{discount.pk}/remove/", "lists/HOUT-2026/withdraw/", "members/10077/remove/"):
        assert client_of("fatima").post(base + path).status_code == 403 and client_of("dirk").post(base + path).status_code == 404
        assert staff.post(base + path).status_code == 302 and staff.post(base + path).status_code == 404, path
