"""What a file of each kind can hold: the fields of the records, by the names of the contract. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "rate", "day", "yes", "whole", "choice", "many", "list"]


@dataclass(frozen=True)
class Field:
    """One field. `also`: what files call it, beside its name and its label; `choices`: the codes it may have, of a list the names in each thing; with a ! what is needed. A part's field is called part.field."""

    name: str
    kind: Kind = "text"
    required: bool = False
    also: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()

    @property
    def bare(self) -> str:
        """The name without its part."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True)
class Layout:
    """One kind of file. `entity`: the record it is about; `part`: only parts of records that another file brings, whose field `of` names the record."""

    name: str
    entity: str
    fields: tuple[Field, ...]
    key: str
    part: str = ""
    parts: tuple[str, ...] = ()

    def field(self, name: str) -> Field:
        """Return a field. Raises KeyError."""
        return next((item for item in self.fields if item.name == name), None) or _missing(name)


def _missing(name: str) -> Field:
    raise KeyError(name)


def _fields(text: str, kind: Kind = "text", part: str = "") -> tuple[Field, ...]:
    """Read `name=also,also name! name`: a sign ! for what is needed."""
    made = []
    for word in text.split():
        name, _sign, also = word.partition("=")
        made.append(Field((f"{part}." if part else "") + name.rstrip("!"), kind, name.endswith("!"), tuple(also.replace("_", " ").split(",")) if also else ()))
    return tuple(made)


def _in_order(*groups: tuple[Field, ...]) -> tuple[Field, ...]:
    """Return fields, those that are needed first."""
    found = [item for group in groups for item in group]
    return tuple(sorted(found, key=lambda item: (item.name.count("."), not item.required)))


_ACTIVE = (Field("active", "yes", also=("actief", "status", "in use", "in gebruik"),),)
# What a catalogue says of a product several times: each one cell, written as JSON.
_LISTS = (Field("attributes", "list", choices=("code!", "name!", "name_en", "kind!", "unit", "value!", "value_en")), Field("packs", "list", choices=("code!", "name!", "name_en", "factor!", "ean", "weight")), Field("relations", "list", choices=("kind!", "product!")),
          Field("documents", "list", choices=("kind!", "source!", "title", "language", "version", "valid_from")))
_DAYS = "valid_from=geldig_vanaf,ingangsdatum,from valid_until=geldig_tot,einddatum,tot,to,until"
_STATES = ("draft", "transmitted", "confirmed", "on_hold", "in_progress", "completed", "cancelled", "rejected")


def _addresses(part: str) -> tuple[Field, ...]:
    return _in_order(_fields("external_id=address_id,adresnummer name=adresnaam,attention street=straat,street,address,adres,straat_en_huisnummer house_number=huisnummer,huisnr postal_code=postcode,zip,zip_code,postal_code city=plaats,woonplaats,town,city country=land,landcode,country", part=part),
                     _fields("is_invoice=factuuradres is_delivery=afleveradres,bezorgadres active", "yes", part))


def _contacts(part: str) -> tuple[Field, ...]:
    return _in_order(_fields("external_id=contact_id name=contactpersoon,contact,contact_name role=functie,title,contact_title email=contact_email phone=contact_phone,contact_telefoon", part=part), _fields("active", "yes", part))


def _order_lines(part: str) -> tuple[Field, ...]:
    return _in_order(_fields("external_id=line_id,regelnummer,regel product=product_id,artikel,artikelnummer sku=artikelcode description=omschrijving unit=eenheid", part=part),
                     _fields("quantity!=aantal,hoeveelheid,qty unit_price=prijs,stukprijs,price amount=bedrag,regelbedrag,line_total shipped_quantity=geleverd,shipped", "number", part),
                     _fields("discount=korting tax_rate=btw,btw_percentage,vat", "rate", part), _fields("requested_date=gewenste_leverdatum confirmed_date=bevestigde_leverdatum,leverdatum", "day", part), _fields("position=positie", "whole", part))


def _shipment_lines(part: str) -> tuple[Field, ...]:
    return _in_order(_fields("external_id=line_id product=artikel,artikelnummer,product_id sku unit=eenheid order=ordernummer,order_id order_line=orderregel", part=part), _fields("quantity!=aantal,qty", "number", part))


def _invoice_lines(part: str) -> tuple[Field, ...]:
    return _in_order(_fields("external_id=line_id product=artikel,artikelnummer,product_id description=omschrijving unit=eenheid order_line=orderregel", part=part),
                     _fields("quantity!=aantal,qty unit_price=prijs,price amount=bedrag,regelbedrag,line_total", "number", part), _fields("discount=korting tax_rate=btw,vat", "rate", part))


def _price_lines(part: str) -> tuple[Field, ...]:
    return _in_order(_fields("product!=artikel,artikelnummer,product_id,sku note=opmerking", part=part), _fields("price=prijs,nettoprijs,unit_price min_quantity=vanaf,vanaf_aantal,staffel,minimum,min_qty", "number", part), _fields("discount=korting,korting_%", "rate", part),
                     _fields(_DAYS, "day", part))


def _agreement_lines(part: str) -> tuple[Field, ...]:
    return _in_order(_fields("product=artikel,artikelnummer,artikelnr,product_id,sku discount_group=kortingsgroep", part=part), _fields("price=prijs,nettoprijs,unit_price min_quantity=vanaf,vanaf_aantal,staffel,minimum,min_qty agreed=afgesproken_aantal,contractaantal", "number", part),
                     _fields("discount=korting,korting_%,percentage", "rate", part))


def _packs(part: str) -> tuple[Field, ...]:
    return _in_order(_fields("code!=eenheid,eenheidcode,verpakking,unit name=naam,omschrijving,description name_en=english_name ean=gtin,barcode,ean_code", part=part), _fields("factor!=aantal,inhoud,quantity,units weight=gewicht", "number", part))


def _attributes(part: str) -> tuple[Field, ...]:
    return _in_order(_fields("code!=kenmerk,kenmerkcode,feature,etim,attribute value!=waarde name=kenmerknaam,omschrijving,description name_en=english_name unit=eenheid value_en=english_value", part=part),
                     (Field("kind", "choice", also=("soort", "type"), choices=("text", "number", "range", "logic")),))


def _documents(part: str) -> tuple[Field, ...]:
    return _in_order(_fields("source!=url,link,adres,address,bestand title=titel,omschrijving language=taal version=versie,uitgave", part=part), _fields("valid_from=geldig_vanaf,datum,date", "day", part),
                     (Field("kind", "choice", True, also=("soort", "type", "documentsoort"), choices=("safety", "performance", "technical", "manual", "drawing", "certificate", "picture", "other")),))


def _with_of(entity: str, fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return (Field("of", required=True, also=(f"{entity} id", f"{entity} number", {"order": "ordernummer", "invoice": "factuurnummer", "shipment": "zendingnummer", "party": "debiteurnummer", "price_list": "prijslijst", "agreement": "afspraak", "product": "artikelnummer"}[entity], *(("artikel", "artikelnr", "item no", "sku") if entity == "product" else ()), *(("customer id", "klantnummer", "relatienummer") if entity == "party" else ()))), *fields)


_PARTS = {"party": {"addresses": _addresses, "contacts": _contacts}, "price_list": {"lines": _price_lines}, "agreement": {"lines": _agreement_lines}, "order": {"lines": _order_lines}, "shipment": {"lines": _shipment_lines}, "invoice": {"lines": _invoice_lines}}
# These come in files of their own alone: a product has none, one or many of them.
_APART = {"product": {"packs": _packs, "attributes": _attributes, "documents": _documents}}
_HEADS: dict[str, tuple[Field, ...]] = {
    "category": _in_order(_fields("external_id!=id,category_id,groepnummer,artikelgroep name!=naam,omschrijving,description code name_en=english_name parent=parent_id,bovenliggend,hoofdgroep"), _ACTIVE),
    "product": _in_order(_fields("external_id!=id,product_id,artikelnummer,artikelnr,artikel,item_no,sku name!=naam,omschrijving,description,artikelomschrijving sku=artikelcode,artikelnummer,code name_en=english_name,description_en description=lange_omschrijving,tekst category=category_id,artikelgroep,groep,subcategory unit=eenheid,verkoopeenheid unit_code=eenheidcode ean=gtin,barcode,ean_code discount_group=kortingsgroep brand=merk,merknaam,fabrikant,manufacturer,brand_name family=familie,artikelfamilie,hoofdartikel,variant_van,parent_sku family_name=familienaam family_name_en picture=afbeelding,foto,plaatje,image,image_url,photo"), _fields("family_axes=verschilt_in,assen", "many"),
                         _fields("list_price=prijs,verkoopprijs,adviesprijs,unit_price,price,bruto_prijs min_quantity=minimum,minimale_afname quantity_step=per,verpakking,stap weight=gewicht", "number"), _fields("tax_rate=btw,btw_percentage,vat", "rate"), _fields("lead_days=levertijd,levertijd_dagen,levertijd_werkdagen,lead_time,delivery_time", "whole"), _fields("is_service=dienst discontinued=vervallen,uitlopend", "yes"), _ACTIVE, _LISTS),
    "price_list": _in_order(_fields("external_id!=prijslijst,price_list,list,lijst name=naam,lijstnaam code currency=valuta,munt fallback=terugval"), (Field("tiers", "choice", also=("staffelsoort",), choices=("all_units", "incremental")),), _ACTIVE),
    "party": _in_order(_fields("external_id!=id,customer_id,debiteur,debiteurnummer,klantnummer,relatienummer,dealer_id,supplier_id name!=naam,bedrijfsnaam,company,company_name number=nummer,account_number language=taal vat_number=btw_nummer,vat coc_number=kvk,kvk_nummer email=e_mail,mail,e_mailadres phone=telefoon,tel price_list=prijslijst"),
                       (Field("kind", "choice", also=("soort", "type"), choices=("customer", "dealer", "supplier", "person")),), _fields("credit_limit=kredietlimiet", "number"), _fields("payment_days=betalingstermijn,betaaltermijn", "whole"), _ACTIVE),
    "surcharge": _in_order(_fields("external_id!=id,toeslag,toeslagcode,code name!=naam,omschrijving,description product=artikel,artikelnummer,artikelnr,sku discount_group=kortingsgroep"), _fields("rate=percentage,opslag", "rate"), _fields("amount=bedrag,bedrag_per_eenheid", "number"), _fields(_DAYS, "day")),
    "floor": _in_order(_fields("product=artikel,artikelnummer,artikelnr,sku discount_group=kortingsgroep"), _fields("amount=minimumprijs,bodemprijs,bedrag,minimum_price", "number"), _fields("markup=opslag,opslag_op_kostprijs,percentage", "rate"), _fields("agreements_below=afspraken_mogen_lager,afspraken_eronder", "yes"), _fields(_DAYS, "day")),
    "agreement": _in_order(_fields("external_id!=id,afspraak,afspraaknummer,prijsafspraak,contract,agreement party=customer_id,debiteur,debiteurnummer,klantnummer,relatienummer,klant group=klantgroep,klantengroep number=nummer name=naam,omschrijving,description note=opmerking,voorwaarden"),
                           (Field("tiers", "choice", also=("staffelsoort",), choices=("all_units", "incremental")),), _fields(_DAYS, "day"), _ACTIVE),
    "discount": _in_order(_fields("party=customer_id,debiteur,debiteurnummer,klantnummer,relatienummer,klant group=klantgroep,klantengroep discount_group!=kortingsgroep,groep"), _fields("discount!=korting,korting_%,percentage", "rate"), _fields(_DAYS, "day")),
    "stock": _in_order(_fields("product!=product_id,artikel,artikelnummer,artikelnr,sku warehouse=magazijn,location,locatie warehouse_name=magazijnnaam"), _fields("on_hand!=voorraad,aantal,quantity,stock,in_stock available=beschikbaar,vrije_voorraad expected_quantity=in_bestelling,verwacht,on_order", "number"), _fields("expected_at=verwacht_op,leverdatum", "day")),
    "order": _in_order(_fields("external_id!=id,order_id,ordernummer party!=customer_id,debiteur,debiteurnummer,klantnummer,relatie number=ordernummer,nummer reference=referentie,uw_referentie source_state currency=valuta delivery_address=afleveradres note=opmerking"),
                       (Field("state", "choice", also=("status",), choices=_STATES), Field("delivery_state", "choice", also=("leverstatus",), choices=("none", "partial", "shipped"))),
                       _fields("order_date=orderdatum,datum,ordered requested_date=gewenste_leverdatum,required", "day"), _fields("untaxed_amount=netto,subtotal,bedrag_excl tax_amount=btw_bedrag,tax total_amount=totaal,total,bedrag_incl costs=vracht,freight,verzendkosten", "number")),
    "shipment": _in_order(_fields("external_id!=id,shipment_id,zendingnummer,pakbon,pakbonnummer party!=customer_id,debiteur,debiteurnummer,klantnummer number=nummer delivery_address carrier=vervoerder"), _fields("orders=order,order_id,ordernummer tracking=track,track_and_trace,volgnummer", "many"),
                          (Field("state", "choice", also=("status",), choices=("planned", "picking", "shipped", "delivered", "cancelled")),), _fields("planned_at=geplande_datum shipped_at=verzenddatum,datum,shipped", "day")),
    "invoice": _in_order(_fields("external_id!=id,invoice_id,factuurnummer party!=customer_id,debiteur,debiteurnummer,klantnummer number=nummer currency=valuta reference=referentie"), _fields("orders=order,order_id,ordernummer", "many"), _fields("invoice_date!=factuurdatum,datum due_date=vervaldatum", "day"),
                         (Field("state", "choice", also=("status",), choices=("open", "partially_paid", "paid", "cancelled")),), _fields("is_credit=credit,creditnota", "yes"), _fields("untaxed_amount=netto,bedrag_excl,subtotal tax_amount=btw,btw_bedrag total_amount=totaal,bedrag,bedrag_incl amount_open=openstaand,open", "number")),
    "payment": _in_order(_fields("external_id!=id,payment_id,betaling,boekstuk party!=customer_id,debiteur,debiteurnummer,klantnummer reference=omschrijving,referentie"), _fields("paid_on!=datum,betaaldatum", "day"), _fields("amount!=bedrag", "number"), _fields("invoices=factuur,factuurnummer,invoice", "many")),
}
_HEADS["order_answer"] = _in_order(_fields("external_id!=reference,referentie,onze_referentie,portaalnummer number=ordernummer,erp_nummer,order_number text=reden,toelichting,reason"), (Field("state", "choice", also=("status", "resultaat"), choices=("accepted", "rejected")),))

# Records that have no number of their own: what makes one.
KEYS = {"stock": ("product", "warehouse"), "discount": ("party", "discount_group", "valid_from", "group"), "floor": ("product", "discount_group", "valid_from")}
# Of these a row names one at least: what it is about.
ABOUT = {"discount": ("party", "group"), "floor": ("product", "discount_group")}
LAYOUTS: dict[str, Layout] = {}
for _name in ("category", "product", "price_list", "surcharge", "floor", "party", "agreement", "discount", "stock", "order", "order_answer", "shipment", "invoice", "payment"):
    _own, _apart = _PARTS.get(_name, {}), _APART.get(_name, {})
    LAYOUTS[_name] = Layout(_name, _name, _HEADS[_name] + tuple(item for part, made in _own.items() for item in made(part)), KEYS.get(_name, ("external_id",))[0], parts=(*_own, *_apart))
    for _part, _made in {**_own, **_apart}.items():
        LAYOUTS[f"{_name}.{_part}"] = Layout(f"{_name}.{_part}", _name, _with_of(_name, _made("")), "of", part=_part)
# The records that the feeds serve; an answer to an order is the connection's own.
ENTITIES = tuple(name for name, layout in LAYOUTS.items() if not layout.part and name != "order_answer")
Values = Mapping[str, str]
