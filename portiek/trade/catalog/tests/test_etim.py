"""What codes of ETIM are called: said at once wherever a catalogue wrote the code alone, and lists are narrowed by class."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError

from portiek.core.db import scope
from portiek.core.errors import Forbidden
from portiek.foundation.imports.tests.test_people import carried_out, outcomes
from portiek.trade.catalog import actions, queries
from portiek.trade.catalog.models import Attribute, EtimName, Product, ProductAttribute
from portiek.trade.catalog.records import AttributesRecord, SaidRecord

PATH = "/imports/new/etim-names/"
SAID = (SaidRecord("etim_class", "ETIM-klasse", "text", "EC002714"), SaidRecord("EF000139", "EF000139", "text", "EV006034"), SaidRecord("EF005474", "EF005474", "number", "12", unit="EU570448"))


def said(cast, *skus: str) -> None:
    with scope(cast.system):
        actions.apply_attributes(cast.system, records=[AttributesRecord(sku, SAID) for sku in skus])


def of(actor, sku: str) -> dict[str, tuple[str, str, str]]:
    with scope(actor):
        key = Product.objects.get(sku=sku).pk
        return {row.attribute.code: (row.attribute.name, row.value, row.attribute.unit) for row in queries.attributes_of(actor, [key])[key] if row.from_erp}


def test_codes_get_their_names_before_and_after_they_come(cast, client_of):
    said(cast, "MS-M5")
    assert of(cast.sanne, "MS-M5")["EF000139"] == ("EF000139", "EV006034", "")
    assert "EV006034" in client_of("olga").get("/catalog/p/MS-M5/").content.decode() and "EV006034" not in client_of("sanne").get("/catalog/p/MS-M5/").content.decode(), "codes say nothing to a customer"
    assert "EV006034" not in client_of("sanne").get("/catalog/compare/?p=MS-M5&p=VV-25").content.decode()
    carried_out(client_of("olga"), "code;naam;naam engels\nEC002714;Meubelslot;Furniture lock\nef000139;Materiaal;Material\nEV006034;Staal;Steel\nEU570448;mm;\nEF12;Iets;\nEV006035;;\n", path=PATH)
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["new", "new", "new", "new", "refused", "refused"]
    assert of(cast.sanne, "MS-M5") == {"etim_class": ("ETIM-klasse", "Meubelslot", ""), "EF000139": ("Materiaal", "Staal", ""), "EF005474": ("EF005474", "12", "mm")}
    said(cast, "MS-M5", "VV-25")
    assert of(cast.sanne, "VV-25")["EF000139"] == ("Materiaal", "Staal", "") and of(cast.sanne, "MS-M5")["EF000139"] == ("Materiaal", "Staal", "")
    page = client_of("sanne").get("/catalog/p/MS-M5/").content.decode()
    assert "Staal" in page and "EV006034" not in page


def test_another_name_comes_everywhere_and_the_same_again_changes_nothing(cast, client_of):
    said(cast, "MS-M5")
    with scope(cast.system):
        assert actions.name_etim(cast.system, names={"EV006034": ("Staal", "Steel"), "EU570448": ("millimeter", "")}) == 2
        assert actions.name_etim(cast.system, names={"EV006034": ("Staal", "Steel"), "EU570448": ("mm", "")}) == 1
        assert actions.name_etim(cast.system, names={"EV006034": ("Verzinkt staal", "Steel")}) == 1
        assert actions.name_etim(cast.system, names={"EV006034": ("Verzinkt staal", "Steel")}) == 0
    assert of(cast.sanne, "MS-M5")["EF000139"][1] == "Verzinkt staal" and of(cast.sanne, "MS-M5")["EF005474"][2] == "mm"


def test_lists_are_narrowed_by_class(cast, client_of):
    said(cast, "MS-M5")
    with scope(cast.system):
        actions.name_etim(cast.system, names={"EC002714": ("Meubelslot", "")})
    page = client_of("sanne").get("/catalog/?is=etim_class~Meubelslot").content.decode()
    assert "/catalog/p/MS-M5/" in page and "/catalog/p/VV-25/" not in page


def test_what_the_portal_itself_said_keeps_its_words(cast):
    with scope(cast.system):
        own = actions.make_attribute(cast.system, code="EFNL0099", name="Eigen naam", kind="text")
        actions.set_attributes(cast.system, product=Product.objects.get(sku="MS-M5"), pairs=[("Eigen naam", "EV006034")], whole=False)
        actions.name_etim(cast.system, names={"EFNL0099": ("Naam van ETIM", ""), "EV006034": ("Staal", "")})
        assert Attribute.objects.get(pk=own.pk).name == "Eigen naam" and ProductAttribute.objects.get(attribute=own).value == "EV006034"


def test_only_staff_who_keep_the_catalogue_name_codes_and_only_their_own(cast, client_of):
    assert client_of("sanne").get(PATH).status_code == 404 and client_of("peter").get(PATH).status_code in (403, 404)
    with scope(cast.peter), pytest.raises(Forbidden):
        actions.name_etim(cast.peter, names={"EV006034": ("Staal", "")})
    with scope(cast.system):
        actions.name_etim(cast.system, names={"EV006034": ("Staal", "")})
        assert EtimName.objects.exists()
    with scope(cast.system_of_brand):
        assert not EtimName.objects.exists() and not queries.etim_names(cast.system_of_brand)
    with pytest.raises(ProgrammingError), scope(cast.sanne):
        EtimName.objects.exists()
