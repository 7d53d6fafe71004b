"""The generic engine: every door of the house, tried by everyone, with every tenant's words marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from portiek.core.db.secure import tenant_models

# Every member of the cast, and his second company.
ACTORS: list[tuple[str, str | None]] = [("sanne", None), ("youssef", None), ("karin", "bakker"), ("karin", "devries"), ("dirk", None), ("mark", None), ("els", None), ("olga", None), ("peter", None),
                                        ("fatima", None), ("otto", None), ("nadia2", None)]

# What stands in an address, by the name of its URL: a query of the owner that gives (portal, party or NULL, value ...).
_PARTY = "SELECT portal_id, NULL::bigint, number FROM parties_party ORDER BY id"
_ORDER = "SELECT portal_id, party_id, number FROM orders_order ORDER BY id"
_ADDRESS = "SELECT portal_id, party_id, id FROM parties_address ORDER BY id"
_SKU = "SELECT portal_id, NULL::bigint, sku FROM catalog_product ORDER BY id"
_MEMBER = "SELECT portal_id, party_id, id FROM accounts_membership ORDER BY id"
_INVITED = "SELECT portal_id, party_id, id FROM accounts_invitation ORDER BY id"
_CONNECTION = "SELECT portal_id, NULL::bigint, id FROM connectors_connection ORDER BY id"
_COMMAND = "SELECT portal_id, NULL::bigint, id FROM connectors_command ORDER BY id"
_AGREEMENT = "SELECT a.portal_id, NULL::bigint, p.number, a.number FROM pricing_agreement a JOIN parties_party p ON p.id = a.party_id ORDER BY a.id"
_NOBODY = "SELECT 0, NULL::bigint, '' WHERE false"  # a secret or a colour, not a row: tried where it is made
EXAMPLES: dict[str, str] = {
    "accounts:invite-to": _PARTY, "accounts:colleague": _MEMBER, "accounts:colleague-end": _MEMBER, "accounts:colleague-restore": _MEMBER,
    "accounts:invitation-resend": _INVITED, "accounts:invitation-revoke": _INVITED, "accounts:accept": _NOBODY, "ui:brand": _NOBODY,
    "parties:my-address": _ADDRESS, "parties:my-address-remove": _ADDRESS, "parties:detail": _PARTY, "parties:change": _PARTY, "parties:unit-new": _PARTY, "parties:address-new": _PARTY,
    "parties:address": "SELECT a.portal_id, NULL::bigint, p.number, a.id FROM parties_address a JOIN parties_party p ON p.id = a.party_id ORDER BY a.id",
    "parties:address-remove": "SELECT a.portal_id, NULL::bigint, p.number, a.id FROM parties_address a JOIN parties_party p ON p.id = a.party_id ORDER BY a.id",
    "parties:tab": "SELECT portal_id, NULL::bigint, number, tab FROM parties_party, unnest('{details,addresses,contacts,units,users,prices,outstanding,assortment}'::text[]) tab ORDER BY id",
    "files:download": "SELECT portal_id, party_id, key FROM files_file ORDER BY id",
    "notifications:open": "SELECT portal_id, party_id, id FROM notifications_notification ORDER BY id", "notifications:retry": "SELECT portal_id, NULL::bigint, id FROM notifications_mail ORDER BY id",
    "catalog:assortment": "SELECT portal_id, NULL::bigint, code FROM catalog_assortment ORDER BY id", "catalog:give": _PARTY, "catalog:own-number": _SKU, "catalog:describe": _SKU, "catalog:detail": _SKU,
    "pricing:list": "SELECT portal_id, NULL::bigint, code FROM pricing_pricelist ORDER BY id", "pricing:my-agreement": "SELECT portal_id, party_id, number FROM pricing_agreement ORDER BY id",
    "pricing:agreement-new": _PARTY, "pricing:agreement": _AGREEMENT, "pricing:assign": _PARTY, "pricing:discount-set": _PARTY,
    "pricing:line-remove": "SELECT a.portal_id, NULL::bigint, p.number, a.number, l.id FROM pricing_agreementline l JOIN pricing_agreement a ON a.id = l.agreement_id JOIN parties_party p ON p.id = a.party_id",
    "pricing:withdraw": "SELECT x.portal_id, NULL::bigint, p.number, l.code FROM pricing_partypricelist x JOIN pricing_pricelist l ON l.id = x.price_list_id JOIN parties_party p ON p.id = x.party_id",
    "orders:detail": _ORDER, "orders:pdf": _ORDER, "orders:reorder": _ORDER, "orders:approve": _ORDER, "orders:reject": _ORDER, "orders:withdraw": _ORDER, "orders:cancel": _ORDER, "orders:keep": _ORDER,
    "orders:hold": _ORDER, "orders:resume": _ORDER,
    "invoicing:detail": "SELECT portal_id, party_id, number FROM invoicing_invoice ORDER BY id", "invoicing:pdf": "SELECT portal_id, party_id, number FROM invoicing_invoice ORDER BY id",
    "connectors:add": "SELECT id, NULL::bigint, 'demo' FROM parties_portal", "connectors:change": _CONNECTION, "connectors:check": _CONNECTION, "connectors:pause": _CONNECTION, "connectors:resume": _CONNECTION,
    "connectors:feed": "SELECT portal_id, NULL::bigint, id, 'party', 'pause' FROM connectors_connection ORDER BY id",
    "connectors:command": _COMMAND, "connectors:retry": _COMMAND, "connectors:cancel": _COMMAND, "connectors:quarantined": "SELECT portal_id, NULL::bigint, id FROM connectors_quarantine ORDER BY id",
    "connectors:release": "SELECT portal_id, NULL::bigint, id, 'retry' FROM connectors_quarantine ORDER BY id",
    "api:revoke_key": "SELECT portal_id, party_id, id FROM api_key ORDER BY id",
}


@dataclass(frozen=True)
class Door:
    """One address: its name, its pattern's parts, its access declaration."""

    name: str
    route: str
    arguments: tuple[str, ...]
    access: Any

    @property
    def methods(self) -> list[str]:
        return [method for method in self.access[1] if method != "HEAD"]


def doors() -> Iterator[Door]:
    """Yield every address that the resolver knows, the API's left out."""
    yield from _walk(get_resolver(), "", "")


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[Door]:
    for item in resolver.url_patterns:
        if isinstance(item, URLResolver):
            if item.namespace == "api-v1":
                continue
            yield from _walk(item, prefix + str(item.pattern), f"{space}{item.namespace}:" if item.namespace else space)
        elif isinstance(item, URLPattern):
            yield Door(f"{space}{item.name}", prefix + str(item.pattern), tuple(item.pattern.converters or item.pattern.regex.groupindex), getattr(item.callback, "access", None))


# Columns that are keys, codes or secrets, not words: marking them would break what they are for.
NOT_WORDS = re.compile(r"(number|code|slug|sku|ean|email|host|language|status|state|kind|hash|external|version|currency|unit|route|^key|token|country|postal|icon|prefix|mode|tax_per|password|media|sha|"
                       r"vendor|entity|cursor|rights|subject|^name$|url|level|tone|vat|coc|phone|payload|explanation|public|order_prefix|address_form|group|reaction)")


def mark(url: str) -> int:
    """Put its tenant's canary into every column of words of every table of tenants; return how many columns."""
    marked = 0
    with psycopg.connect(url, autocommit=True) as owner:
        for model in tenant_models():
            for field in model._meta.concrete_fields:
                if not isinstance(field, models.CharField | models.TextField) or field.choices or NOT_WORDS.search(field.column) or isinstance(field, models.JSONField):
                    continue
                whose = "coalesce(party_id, 0)" if any(item.column == "party_id" for item in model._meta.concrete_fields) else "0"
                shared = "shared" if whose == "0" and model.party_reads else "own"
                length = getattr(field, "max_length", None) or 4000
                if length < 60:
                    continue
                owner.execute(f"""UPDATE "{model._meta.db_table}" SET "{field.column}" = left('CNRY-' || portal_id || '-' || {whose} || '-{shared} ' || "{field.column}", {length})""")
                marked += 1
    return marked


CANARY = re.compile(r"CNRY-(\d+)-(\d+)-(own|shared)")


def strangers(text: str, portal: int, party: int | None) -> set[str]:
    """Return the canaries in a text that this reader must never see."""
    found = set()
    for match in CANARY.finditer(text):
        of_portal, of_party, kind = int(match[1]), int(match[2]), match[3]
        if of_portal != portal or (party is not None and kind == "own" and of_party != party):
            found.add(match[0])
    return found


def plain(content: bytes) -> str:
    """Return a page without what differs from request to request: ids, tokens, the second in which it was made."""
    text = content.decode(errors="replace")
    text = re.sub(r' data-since="\d+"', "", text)
    text = re.sub(r'(csrfmiddlewaretoken" value=|name="csrf"[^>]*content=|X-CSRFToken[^A-Za-z0-9]+)"?[A-Za-z0-9]+', "", text)
    text = re.sub(r"\b[0-9a-f]{16}\b", "", text)
    return re.sub(r"[A-Za-z0-9]{64}", "", text)


def rows_of_others(url: str, portal: int, party: int | None) -> dict[str, str]:
    """Return a hash a table over the rows that are not this actor's."""
    found = {}
    with psycopg.connect(url) as owner:
        for model in tenant_models():
            table, columns = model._meta.db_table, {field.column for field in model._meta.concrete_fields}
            own = f"{model.portal_column} = {portal}"
            if party is not None:
                own += f" AND coalesce({model.party_column if model.party_column in columns else 'NULL'}, {party if model.tenancy != 'party' else 0}) = {party}" if model.party_column in columns else ""
            if table in ("accounts_session", "accounts_attempt", "accounts_login_code"):
                continue
            row = owner.execute(f'SELECT md5(coalesce(string_agg(t::text, \'|\' ORDER BY t::text), \'\')) FROM "{table}" t WHERE NOT ({own})').fetchone()
            found[table] = row[0]
    return found
