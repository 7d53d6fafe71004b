"""Every tenant's words marked with its own canary, who may see which, and the rows that are not one's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import psycopg
from django.db import models

from portiek.core.db.secure import tenant_models
from tests.architecture.doors import SEES_ASSORTMENT, SEES_GROUP, SEES_PRICE_LIST, SEES_PRODUCT

# Columns that are not marked, each with what would break; a name alone stands for the column of every table. Shorter ones than a canary are codes.
SHORT = 40
NOT_WORDS: dict[str, str] = {
    **dict.fromkeys(["external_id", "erp_version", "address_external_id", "base_version", "version"], "what the ERP calls it: a sync finds the row by it"),
    **dict.fromkeys(["subject", "aggregate"], "a reference that is resolved"),
    **dict.fromkeys(["kind", "event", "reaction", "entity", "code", "error_code", "right", "icon", "media_type", "vendor", "audience"], "a code that the program looks up"),
    **dict.fromkeys(["core_fact.name", "core_idempotent.route", "core_idempotent.key", "core_idempotent.answer"], "a name, a key or JSON that the program reads"),
    **dict.fromkeys(["parties_portal.slug", "parties_portal.host"], "the portal is found by it"),
    **dict.fromkeys(["sku", "orders_order.number", "quotes_quote.number", "invoicing_invoice.number", "invoicing_order.number", "pricing_agreement.number", "pricing_groupagreement.number", "orders_shipment.number", "connectors_command.number", "approvals_request.number"], "stands in addresses and refers: see NUMBERS"),
    **dict.fromkeys(["files_file.key", "files_file.sha256", "content_hash", "submit_key", "orders_cart.key", "orders_draft.key", "quotes_draft.key", "orders_layout.shape", "connectors_command.key", "notifications_mail.key", "notifications_push.key", "notifications_device.address", "lease_token", "cursor", "accounts_credential.password", "accounts_authenticator.secret", "api_webhook.key", "api_webhook.secret", "api_webhook.public_key", "api_webhook.old_secret", "api_webhook_delivery.key", "audit_package.sha256", "banking_account.iban", "banking_change.iban"], "a key, a secret or its hash"),
    **dict.fromkeys(["orders_order.search", "catalog_productsearch.source", "invoicing_term.term"], "an index that is never shown"),
    **dict.fromkeys(["audit_erasure.pattern", "audit_erasure.digest"], "an expression and a hash that the program reads"),
    **dict.fromkeys(["exchange_message.key", "exchange_message.digest", "exchange_catalogue.key", "exchange_catalogue.since", "punchout_visit.key"], "a key or a hash"),
    **dict.fromkeys(["punchout_system.login", "punchout_system.hosts", "punchout_visit.return_url", "punchout_visit.reason"], "a name of the program's making, an address that the program checks, a code"),
    **dict.fromkeys(["catalog_product_picture.sha256", "catalog_product_picture.marker", "catalog_product_picture.wanted"], "a hash, and what the ERP calls a picture: a sync compares them"),
    **dict.fromkeys(["sheets_document.key", "sheets_document.sha256", "sheets_document.source"], "a key, a hash, an address that the program reads"),
    **dict.fromkeys(["exchange_message.content", "exchange_message.amended"], "a document that the program reads"),
    "notifications_mail.values": "JSON that the program reads",
    "connectors_quarantine.payload": "JSON that the program reads",
    **dict.fromkeys(["layout", "connectors_filerow.field", "connectors_filemapping.body"], "a code or JSON that the program looks up"),
    **dict.fromkeys(["connectors_filedelivery.sha256", "connectors_filerecord.external_id", "connectors_filerecord.parent", "connectors_filerecord.reference", "connectors_filerecord.version", "connectors_filerecord.body"], "the books of an ERP of files, which no page shows"),
    "approvals_step.key": "whom a step asks, which the program reads",
    "parity_cause.fits": "settings that the program reads",
    "catalog_stock.warehouse": "a code of the ERP",
    "catalog_product_attribute.value": "figures are read of it",
    **dict.fromkeys(["accounts_provider.slug", "accounts_provider.issuer", "accounts_provider.client_id", "accounts_provider.secret", "accounts_identity.subject", "accounts_scim_user.user_name"], "stands in addresses, or is a name of another's making"),
    **dict.fromkeys(["accounts_provider.problem", "accounts_provider.failure"], "a code that the program looks up"),
    "accounts_login_code.email": "typed by who is nobody yet",
    **dict.fromkeys(["accounts_session.user_agent", "accounts_session.network"], "of the visitor's own browser"),
}
# Codes that name somebody's thing, in columns that cannot be marked: whoever reads another's has a leak as well.
NUMBERS = [("orders_order", "number"), ("quotes_quote", "number"), ("invoicing_invoice", "number"), ("orders_order_line", "sku"), ("invoicing_line", "sku"), ("parties_party", "number"), ("parties_party", "vat_number"), ("parties_party", "coc_number"), ("pricing_agreement", "number"),
           ("orders_shipment", "number"), ("catalog_product", "sku"), ("catalog_product", "ean"), ("catalog_assortment", "code"), ("pricing_pricelist", "code"), ("files_file", "key"), ("connectors_command", "number")]  # fmt: skip

_MEMBERS = "(SELECT string_agg(DISTINCT coalesce(m.party_id, 0)::text, '_') FROM accounts_membership m WHERE m.user_id = {user})"


def _seen(sees: str, name: str, column: str) -> str:
    return f"(SELECT string_agg(DISTINCT s.party::text, '_') FROM {sees} s WHERE s.{name} = t.{column})"


_BRANCH = "(WITH RECURSIVE below(id) AS (SELECT t.id UNION SELECT c.id FROM below b JOIN catalog_category c ON c.parent_id = b.id) SELECT string_agg(DISTINCT s.party::text, '_') "
# Whose rows are that have no party of their own: the numbers of the parties who see them, 'all' for every party of the portal. The rest is the staff's alone.
OWNERS: dict[str, str] = {
    "parties_portal": "'all'",  # the name, the mail address and the telephone of who they deal with
    # One of the staff is also of the parties that he looks after: his card has his address.
    "accounts_user": f"""nullif(concat_ws('_', {_MEMBERS.format(user="t.id")}, (SELECT string_agg(DISTINCT m.party_id::text, '_') FROM accounts_manager m JOIN accounts_staff_card c ON c.id = m.card_id WHERE c.user_id = t.id)), '')""",
    "parties_relation": "nullif(concat_ws('_', t.giver_id, t.agent_id), '')",  # both sides read it
    "accounts_credential": _MEMBERS.format(user="t.user_id"),
    "audit_package": _MEMBERS.format(user="t.user_id"),
    "audit_erasure": _MEMBERS.format(user="t.user_id"),
    "accounts_passkey": _MEMBERS.format(user="t.user_id"),
    "notifications_device": _MEMBERS.format(user="t.user_id"),
    "accounts_email_change": _MEMBERS.format(user="t.user_id"),
    "accounts_role": "CASE WHEN t.owner_id IS NOT NULL THEN t.owner_id::text WHEN t.audience = 'party' THEN 'all' ELSE '0' END",
    "accounts_staff_card": "(SELECT string_agg(DISTINCT m.party_id::text, '_') FROM accounts_manager m WHERE m.card_id = t.id)",
    "accounts_team": "(SELECT string_agg(DISTINCT m.party_id::text, '_') FROM accounts_manager m WHERE m.team_id = t.id)",
    "accounts_provider": "CASE WHEN t.party_id IS NULL THEN 'all' ELSE t.party_id::text END",  # the portal's own stand on the log-in page
    "accounts_identity": _MEMBERS.format(user="t.user_id"),
    "catalog_category": f"{_BRANCH} FROM below b JOIN catalog_product p ON p.category_id = b.id JOIN {SEES_PRODUCT} s ON s.product = p.id)",
    "catalog_product": _seen(SEES_PRODUCT, "product", "id"),
    "catalog_attribute": "'all'",
    "catalog_product_family": f"(SELECT string_agg(DISTINCT s.party::text, '_') FROM {SEES_PRODUCT} s JOIN catalog_product p ON p.id = s.product AND p.is_active WHERE p.family_id = t.id)",
    "catalog_product_attribute": _seen(SEES_PRODUCT, "product", "product_id"),
    "catalog_stock": _seen(SEES_PRODUCT, "product", "product_id"),
    "catalog_product_picture": _seen(SEES_PRODUCT, "product", "product_id"),
    "sheets_document": f"""CASE WHEN t.state IN ('ready', 'link') THEN (SELECT string_agg(DISTINCT k.x::text, '_') FROM (SELECT s.party FROM {SEES_PRODUCT} s WHERE s.product = t.product_id AND t.is_current
        UNION SELECT b.party_id FROM orders_purchase b WHERE b.product_id = t.product_id AND (t.is_current OR b.placed_at >= t.valid_from)) k(x)) ELSE '0' END""",
    "catalog_assortment": _seen(SEES_ASSORTMENT, "assortment", "id"),
    "pricing_pricelist": _seen(SEES_PRICE_LIST, "price_list", "id"),
    "pricing_surcharge": f"CASE WHEN t.product_id IS NULL THEN 'all' ELSE {_seen(SEES_PRODUCT, 'product', 'product_id')} END",
    "pricing_exchangerate": "'all'",  # prices name them
    "pricing_freegoods": f"CASE WHEN t.customer_id IS NOT NULL THEN t.customer_id::text WHEN t.group_id IS NOT NULL THEN {_seen(SEES_GROUP, 'grp', 'group_id')} WHEN t.price_list_id IS NOT NULL THEN {_seen(SEES_PRICE_LIST, 'price_list', 'price_list_id')} ELSE {_seen(SEES_PRODUCT, 'product', 'product_id')} END",
    "pricing_customergroup": _seen(SEES_GROUP, "grp", "id"),
    **{table: _seen(SEES_GROUP, "grp", "group_id") for table in ("pricing_grouppricelist", "pricing_groupagreement", "pricing_groupagreementline", "pricing_groupdiscount")},
    "pricing_pricelistline": _seen(SEES_PRICE_LIST, "price_list", "price_list_id"),
    # What was not sent is the staff's alone.
    "letters_copy": "CASE WHEN t.sent_at IS NOT NULL THEN t.party_id::text ELSE '0' END",
    "letters_line": "(SELECT CASE WHEN c.sent_at IS NOT NULL THEN t.party_id::text ELSE '0' END FROM letters_copy c WHERE c.id = t.copy_id)",
    "pages_news": "CASE WHEN t.kinds = '{}' AND t.ended_at IS NULL THEN 'all' ELSE '0' END",
    # What the staff keep to themselves is nobody's, also on a row of a party.
    "fields_field": "CASE WHEN t.visibility <> 'staff' AND t.ended_at IS NULL THEN 'all' ELSE '0' END",
    **{table: f"CASE WHEN EXISTS (SELECT FROM fields_field f WHERE f.id = t.field_id AND f.visibility <> 'staff' AND f.ended_at IS NULL) THEN {whose} ELSE '0' END"
       for table, whose in (("fields_party_value", "t.party_id::text"), ("orders_order_value", "t.party_id::text"), ("catalog_product_value", _seen(SEES_PRODUCT, "product", "product_id")))},
    "connectors_freshness": "'all'",  # how old what they see is, and where it comes from
}


# Columns that others may see than the rest of their row.
OWNERS_OF_COLUMNS: dict[str, str] = {
    # Who acts for a company on a mandate reads its name, and it reads his.
    "parties_party.name": "(SELECT string_agg(DISTINCT x::text, '_') FROM parties_relation r RIGHT JOIN (VALUES (t.id)) v(id) ON v.id IN (r.giver_id, r.agent_id), unnest(ARRAY[v.id, r.giver_id, r.agent_id]) x)",
    # What a key is called stands in a mandate that it asked, confirmed or ended, where somebody's name would.
    "api_key.name": "coalesce(nullif(concat_ws('_', t.party_id, (SELECT string_agg(DISTINCT x::text, '_') FROM parties_relation r, unnest(ARRAY[r.giver_id, r.agent_id]) x WHERE t.party_id IN (r.giver_id, r.agent_id))), ''), '0')",
    # Who of the staff did something is named in the history of a party's order; who acts for a company on a mandate, in what it sees of its own; and who gives and ends mandates, to the company that got one.
    "accounts_user.name": "nullif(concat_ws('_', " + _MEMBERS.format(user="t.id") + """, (SELECT string_agg(DISTINCT x::text, '_') FROM (
        SELECT r.giver_id FROM parties_relation r JOIN accounts_membership m ON m.party_id = r.agent_id WHERE m.user_id = t.id UNION
        SELECT r.agent_id FROM parties_relation r JOIN accounts_membership m ON m.party_id = r.giver_id JOIN accounts_role o ON o.id = m.role_id WHERE m.user_id = t.id AND 'mandate.manage' = ANY (o.rights)) k(x))), '0')""",
}


def _columns(model: type[models.Model]) -> set[str]:
    return {field.column for field in model._meta.concrete_fields}


def _whose(model: Any) -> str:
    """Return SQL for whose a row `t` is: party numbers joined by _, 0 the staff's alone, all every party's of the portal."""
    own = f't."{model.party_column}"::text' if model.party_column in _columns(model) and model.tenancy == "party" else "NULL"
    return f"coalesce({OWNERS.get(model._meta.db_table, own)}, '0')"


def mark(url: str) -> int:
    """Put its tenant's canary into every column of words of every table of tenants; return how many columns."""
    marked = 0
    with psycopg.connect(url, autocommit=True) as owner:
        # All owners are found before the first word is changed.
        statements = []
        for model in tenant_models():
            table, canary = model._meta.db_table, f"'CNRY-' || t.{model.portal_column} || '-' || {_whose(model)} || 'z'"
            sets: list[str] = []
            for item in model._meta.concrete_fields:
                name = f'"{item.column}"'
                if item.column in NOT_WORDS or f"{table}.{item.column}" in NOT_WORDS or item.choices:
                    continue
                if f"{table}.{item.column}" in OWNERS_OF_COLUMNS:
                    sets.append(f"{name} = left('CNRY-' || t.{model.portal_column} || '-' || coalesce({OWNERS_OF_COLUMNS[f'{table}.{item.column}']}, 'all') || 'z ' || {name}, {item.max_length or 4000})")
                    continue
                if (table, item.column) == ("orders_order", "address"):
                    sets.append(f"{name} = (SELECT jsonb_object_agg(k, CASE WHEN k IN ('label', 'name', 'street', 'city') THEN to_jsonb({canary} || ' ' || (v #>> '{{}}')) ELSE v END) FROM jsonb_each({name}) j(k, v))")
                if not isinstance(item, models.CharField | models.TextField) or (item.max_length or 4000) < SHORT:
                    continue
                if item.column in ("email", "to"):
                    sets.append(f"{name} = CASE WHEN {name} = '' THEN '' ELSE lower({canary}) || '.' || {name} END")
                elif item.column in ("tracking_url", "url"):
                    sets.append(f"{name} = CASE WHEN {name} = '' THEN '' ELSE {name} || '#' || {canary} END")
                else:
                    sets.append(f"{name} = left({canary} || ' ' || {name}, {item.max_length or 4000})")
            if sets:
                statements.append(f'UPDATE "{table}" t SET {", ".join(sets)}')
                marked += len(sets)
        for statement in statements:
            owner.execute(statement)
    return marked


CANARY = re.compile(r"CNRY-(\d+)-(all|[0-9_]+)", re.I)  # ends in a letter, since it may stand before figures


def strangers(text: str, portal: int, party: int | None) -> set[str]:
    """Return the canaries in a text that this reader must never see. Staff see all of their portal."""
    found = set()
    for match in CANARY.finditer(text):
        if int(match[1]) != portal or (party is not None and match[2] != "all" and str(party) not in match[2].split("_")):
            found.add(match[0])
    return found


def numbers_of_others(url: str, portal: int, party: int | None) -> re.Pattern[str]:
    """Return what finds a number of somebody else's thing that nothing of this reader's is called by too."""
    own, others = set(), set()
    with psycopg.connect(url) as owner:
        for model in tenant_models():
            for column in (column for table, column in NUMBERS if table == model._meta.db_table):
                for of_portal, whose, value in owner.execute(f'SELECT t.portal_id, {_whose(model)}, t."{column}" FROM "{model._meta.db_table}" t').fetchall():
                    mine = of_portal == portal and (party is None or whose == "all" or str(party) in whose.split("_"))
                    (own if mine else others).add(value or "")
    # A word without a figure may be anybody's.
    chosen = sorted((value for value in others - own if len(value) > 3 and re.search(r"\d", value)), key=len, reverse=True)
    return re.compile(r"(?<![\w-])(?:" + "|".join(re.escape(value) for value in chosen or ["\0"]) + r")(?![\w-])")


def plain(content: bytes) -> str:
    """Return a page without what differs from request to request: ids, tokens, the second in which it was made."""
    text = content.decode(errors="replace")
    text = re.sub(r'(<pt-live [^>]*?)data-since="\d+"', r"\1", text)
    text = re.sub(r'(csrfmiddlewaretoken" value=|name="csrf"[^>]*content=|X-CSRFToken[^A-Za-z0-9]+)"?[A-Za-z0-9]+', "", text)
    text = re.sub(r"\b[0-9a-f]{16}\b", "", text)
    return re.sub(r"[A-Za-z0-9]{64}", "", text)


# One's own, or a colleague's of who manages people, when the colleague has no place elsewhere: his log-in may be set up anew.
_MANAGED = """t.user_id = {user} OR (EXISTS (SELECT FROM accounts_membership a JOIN accounts_role r ON r.id = a.role_id WHERE a.user_id = {user} AND a.party_id = {party} AND a.is_active AND 'user.manage' = ANY (r.rights))
 AND t.user_id IN (SELECT m.user_id FROM accounts_membership m WHERE m.party_id = {party}) AND NOT EXISTS (SELECT FROM accounts_membership o WHERE o.user_id = t.user_id AND o.is_active AND o.party_id IS DISTINCT FROM {party}))"""
# What is one's own in tables that do not name one's party; {party} and {user} are the visitor's.
OWN: dict[str, str] = {
    "accounts_identity": "t.user_id = {user}",
    "accounts_user": "t.id = {user}",
    "parties_relation": "{party} IN (t.giver_id, t.agent_id)",
    "audit_package": "t.user_id = {user}",
    "audit_erasure": "t.user_id = {user}",
    "notifications_calendar": "t.user_id = {user}",
    "notifications_choice": "t.user_id = {user}",
    "notifications_device": "t.user_id = {user}",
    "notifications_rhythm": "t.user_id = {user}",
    **dict.fromkeys(["accounts_credential", "accounts_session", "accounts_authenticator", "accounts_recovery_code", "accounts_passkey", "accounts_email_change"], _MANAGED),
    "accounts_half_login": "t.user_id = {user}",
    # What he did to himself at the gate is recorded without a company, and a change of company in that one, which is his too.
    "core_fact": "t.party_id = {party} OR (t.user_id = {user} AND (t.party_id IS NULL OR t.party_id IN (SELECT m.party_id FROM accounts_membership m WHERE m.user_id = {user} AND m.is_active)))",
}
# Tables in which anybody's request may leave a row, and why.
LEFT_BY_ANYBODY = {
    "accounts_attempt": "tries at a door are counted, under a hash",
    "accounts_spent_challenge": "what a passkey answered, under a hash",
    "accounts_login_code": "a code is made for every address that is typed",
    "applications_application": "anybody may ask for an account, once more too",
}


class Others:
    """The rows that are not one's own, watched: everything of other portals and, for a party, whatever of its portal is not provably its own."""

    def __init__(self, url: str, portal: int, party: int | None, user: int = 0) -> None:
        self._owner = psycopg.connect(url, autocommit=True)
        parts = []
        for model in tenant_models():
            table = model._meta.db_table
            if table in LEFT_BY_ANYBODY:
                continue
            own = f"t.{model.portal_column} = {portal}"
            if party is not None:
                column = model.party_column if model.party_column in _columns(model) and model.tenancy == "party" else None
                own += f" AND ({OWN[table].format(party=party, user=user) if table in OWN else f't.{column} = {party}' if column else 'false'})"
            # A changed row has a newer xmin; a removed one is missed in the count.
            parts.append(f"SELECT '{table}', count(*), coalesce(max(t.xmin::text::bigint), 0) FROM \"{table}\" t WHERE ({own}) IS NOT TRUE")
        self._question = " UNION ALL ".join(parts)
        self._before = self._now()

    def _now(self) -> dict[str, Any]:
        return {table: found for table, *found in self._owner.execute(self._question, prepare=True).fetchall()}

    def changed(self) -> list[str]:
        """Return the tables in which a row of others was added, changed or removed since the last time this was asked."""
        before, self._before = self._before, self._now()
        return sorted(table for table in before if before[table] != self._before[table])

    def __enter__(self) -> Others:
        return self

    def __exit__(self, *_failed: Iterable[Any]) -> None:
        self._owner.close()
