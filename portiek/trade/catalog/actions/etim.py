"""What the codes of ETIM are called: kept as staff bring it in, and said wherever a catalogue wrote the code alone."""

from __future__ import annotations

from django.db.models import F, Q

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.facts import record
from portiek.trade.catalog import facts, permissions
from portiek.trade.catalog.actions.attributes import _known_by
from portiek.trade.catalog.etim import Names
from portiek.trade.catalog.models import Attribute, EtimName, ProductAttribute

# An attribute whose words are codes of ETIM: its features, and the class of a product.
_OF_ETIM = Q(attribute__code__regex=r"^EF[A-Z]{0,2}[0-9]{4,6}$") | Q(attribute__code="etim_class")


@action(permissions.MANAGE)
def name_etim(actor: Actor, *, names: Names) -> int:
    """Say what codes of ETIM are called (Dutch, English), also where products have them already; return how many differed."""
    there = {row.code: row for row in EtimName.objects.select_for_update().filter(portal_id=actor.portal_id, code__in=names).order_by("pk")}
    fresh = {code: said for code, said in names.items() if code not in there or (there[code].name, there[code].name_en) != said}
    if not fresh:
        return 0
    called = {code: there[code].name for code in fresh if code in there}
    EtimName.objects.bulk_create([EtimName(portal_id=actor.portal_id, code=code, name=name, name_en=name_en) for code, (name, name_en) in fresh.items()], batch_size=1000, update_conflicts=True, unique_fields=["portal", "code"], update_fields=["name", "name_en"])
    units = {word: name[:20] for code, (name, _english) in fresh.items() if code.startswith("EU") for word in (code, called.get(code, "")) if word}
    for row in Attribute.objects.filter(Q(code__in=fresh) | Q(unit__in=units), portal_id=actor.portal_id, external_id=F("code")):
        row.name, row.name_en = fresh.get(row.code, (row.name, row.name_en))
        row.unit = units.get(row.unit, row.unit)
        row.save(update_fields=["name", "name_en", "unit"])
    words = {word: said for code, said in fresh.items() if code[:2] in ("EV", "EC") for word in (code, called.get(code, "")) if word}
    rows = list(ProductAttribute.objects.filter(_OF_ETIM, portal_id=actor.portal_id, from_erp=True, value__in=words).order_by("pk"))
    for said_row in rows:
        said_row.value, said_row.value_en = words[said_row.value]
    ProductAttribute.objects.bulk_update(rows, ["value", "value_en"], batch_size=2000)
    _known_by(actor, sorted({row.product_id for row in rows}))
    record(actor, facts.EtimNamed(names=len(fresh)))
    return len(fresh)
