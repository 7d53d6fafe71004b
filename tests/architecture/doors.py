"""The doors of the house, who is sent to them, and what may stand in their addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# Every member of the cast, and his second company.
ACTORS: list[tuple[str, str | None]] = [("sanne", None), ("youssef", None), ("karin", "bakker"), ("karin", "devries"), ("dirk", None), ("mark", None), ("els", None), ("olga", None), ("peter", None),
                                        ("fatima", None), ("otto", None), ("nadia2", None)]

# Which assortments, price lists and products each party sees, said anew here: (assortment | price_list | product, party).
SEES_ASSORTMENT = """(SELECT a.id AS assortment, o.id AS party FROM catalog_assortment a JOIN parties_party o ON o.portal_id = a.portal_id
 WHERE EXISTS (SELECT FROM catalog_partyassortment x WHERE x.party_id = o.id AND x.assortment_id = a.id)
 OR (a.is_default AND o.kind <> 'supplier' AND NOT EXISTS (SELECT FROM catalog_partyassortment x WHERE x.party_id = o.id)))"""
SEES_PRODUCT = f"(SELECT DISTINCT i.product_id AS product, s.party FROM catalog_assortmentitem i JOIN {SEES_ASSORTMENT} s ON s.assortment = i.assortment_id)"
SEES_PRICE_LIST = """(WITH RECURSIVE chain(price_list, party) AS (SELECT price_list_id, party_id FROM pricing_partypricelist
 UNION SELECT x.price_list_id, m.party_id FROM pricing_groupmember m JOIN pricing_customergroup g ON g.id = m.group_id AND g.is_active JOIN pricing_grouppricelist x ON x.group_id = g.id
 UNION SELECT l.fallback_id, c.party FROM chain c JOIN pricing_pricelist l ON l.id = c.price_list WHERE l.fallback_id IS NOT NULL) SELECT price_list, party FROM chain)"""

SEES_GROUP = "(SELECT m.group_id AS grp, m.party_id AS party FROM pricing_groupmember m JOIN pricing_customergroup g ON g.id = m.group_id AND g.is_active)"

# What stands in an address, by the name of its URL: a query of the owner that gives (portal, party, value ...), a row for each party whose it is; NULL: the staff's alone.
_PARTY = "SELECT portal_id, id, number FROM parties_party ORDER BY id"
_ORDER = "SELECT portal_id, party_id, number FROM orders_order ORDER BY id"
_SHIPPED = """SELECT DISTINCT l.portal_id, l.party_id, o.number, s.id FROM orders_shipment_line l JOIN orders_order o ON o.portal_id = l.portal_id AND o.id = l.order_id JOIN orders_shipment s ON s.portal_id = l.portal_id AND s.id = l.shipment_id
              WHERE s.state IN ('shipped', 'delivered') AND l.quantity > 0 ORDER BY s.id"""
_ADDRESS = "SELECT portal_id, party_id, id FROM parties_address ORDER BY id"
_ADDRESS_OF = "SELECT a.portal_id, a.party_id, p.number, a.id FROM parties_address a JOIN parties_party p ON p.id = a.party_id ORDER BY a.id"
_CONTACT = "SELECT portal_id, party_id, id FROM parties_contact WHERE is_active ORDER BY id"
_CONTACT_OF = "SELECT c.portal_id, c.party_id, p.number, c.id FROM parties_contact c JOIN parties_party p ON p.id = c.party_id WHERE c.is_active ORDER BY c.id"
_MANDATE = "SELECT portal_id, giver_id, id FROM parties_relation UNION ALL SELECT portal_id, agent_id, id FROM parties_relation ORDER BY 3"
_UNIT = "SELECT portal_id, party_id, id FROM parties_unit ORDER BY id"
_UNIT_OF = "SELECT u.portal_id, u.party_id, p.number, u.id FROM parties_unit u JOIN parties_party p ON p.id = u.party_id ORDER BY u.id"
_PICTURE = f"SELECT p.portal_id, s.party, p.picture FROM catalog_product p LEFT JOIN {SEES_PRODUCT} s ON s.product = p.id WHERE p.picture <> '' ORDER BY p.id, s.party"
_SKU = f"SELECT p.portal_id, s.party, p.sku FROM catalog_product p LEFT JOIN {SEES_PRODUCT} s ON s.product = p.id ORDER BY p.id, s.party"
# Those with a picture last: they have more to do.
_PICTURED = _SKU.replace("ORDER BY", "ORDER BY p.picture <> '',")
# Documents of products: of what a party sees, and of what it bought.
_SHEET = f"""SELECT d.portal_id, s.party, d.key FROM sheets_document d LEFT JOIN (SELECT product, party FROM {SEES_PRODUCT} x UNION SELECT product_id, party_id FROM orders_purchase) s(product, party) ON s.product = d.product_id
 WHERE d.is_current AND d.state = 'ready' ORDER BY d.id, s.party"""
_MEMBER = "SELECT portal_id, party_id, id FROM accounts_membership ORDER BY id"
_ROLE = """SELECT r.portal_id, o.id, r.id FROM accounts_role r LEFT JOIN parties_party o ON o.portal_id = r.portal_id AND r.audience = 'party'
 AND (r.owner_id = o.id OR r.owner_id IS NULL AND (r.kinds = '{}' OR o.kind = ANY(r.kinds))) WHERE r.removed_at IS NULL ORDER BY r.owner_id, r.id, o.id"""
_INVITED = "SELECT portal_id, party_id, id FROM accounts_invitation ORDER BY id"
_INVOICE = "SELECT portal_id, party_id, number FROM invoicing_invoice ORDER BY id"
_CONNECTION = "SELECT portal_id, NULL::bigint, id FROM connectors_connection ORDER BY id"
_DELIVERY = "SELECT portal_id, NULL::bigint, connection_id, id FROM connectors_filedelivery ORDER BY id"
_BY_FILES = "SELECT portal_id, NULL::bigint, id FROM connectors_connection WHERE vendor = 'files' ORDER BY id"
_COMMAND = "SELECT portal_id, NULL::bigint, id FROM connectors_command ORDER BY id"
_QUOTE = "SELECT portal_id, party_id, number FROM quotes_quote ORDER BY id"
_OFFERED = "SELECT portal_id, party_id, number FROM quotes_quote ORDER BY status <> 'offered', id"
_AGREEMENT = "SELECT a.portal_id, a.party_id, p.number, a.number FROM pricing_agreement a JOIN parties_party p ON p.id = a.party_id ORDER BY a.id"
_WEBHOOK = "SELECT portal_id, party_id, key FROM api_webhook WHERE state <> 'removed' ORDER BY id"
_MESSAGE = "SELECT d.portal_id, d.party_id, w.key, d.key FROM api_webhook_delivery d JOIN api_webhook w ON w.id = d.endpoint_id WHERE w.state <> 'removed' ORDER BY d.id"
_ELECTRONIC = "SELECT portal_id, party_id, key FROM exchange_message ORDER BY id"
_CATALOGUE = "SELECT portal_id, party_id, key FROM exchange_catalogue WHERE file_id IS NOT NULL ORDER BY id"
_SYSTEM = "SELECT portal_id, party_id, login FROM punchout_system ORDER BY id"
_PROPOSAL = "SELECT portal_id, party_id, id FROM proposals_proposal ORDER BY id"
_BANK = "SELECT portal_id, party_id, id FROM banking_change ORDER BY id"
_IMPORT = "SELECT portal_id, party_id, id FROM imports_import ORDER BY id"
_PROVIDER = "SELECT portal_id, party_id, id FROM accounts_provider ORDER BY id"
_WHO = " UNION ALL ".join(f"(SELECT portal_id, {party}, '{kind}:' || id FROM {table} ORDER BY id LIMIT 8)" for kind, table, party in [
    ("orders.order", "orders_order", "party_id"), ("invoicing.invoice", "invoicing_invoice", "party_id"), ("parties.party", "parties_party", "id"), ("parties.unit", "parties_unit", "party_id"), ("tasks.task", "tasks_task", "party_id"),
    ("proposals.proposal", "proposals_proposal", "party_id"), ("banking.change", "banking_change", "party_id"), ("pricing.agreement", "pricing_agreement", "party_id"), ("quotes.quote", "quotes_quote", "party_id"), ("letters.copy", "letters_copy", "CASE WHEN sent_at IS NOT NULL THEN party_id END")]) \
    + f" UNION ALL (SELECT p.portal_id, s.party, 'catalog.product:' || p.id FROM catalog_product p LEFT JOIN {SEES_PRODUCT} s ON s.product = p.id ORDER BY p.id, s.party LIMIT 8)"
_NOBODY = "SELECT 0, NULL::bigint, '' WHERE false"  # a secret or a colour, not a row: tried where it is made
EXAMPLES: dict[str, str] = {
    "accounts:invite-to": _PARTY, "accounts:colleague": _MEMBER, "accounts:colleague-end": _MEMBER, "accounts:colleague-restore": _MEMBER, "accounts:colleague-reset": _MEMBER, "accounts:colleague-absence": _MEMBER, "accounts:colleague-back": _MEMBER, "accounts:email-stop": _NOBODY,
    "accounts:colleague-email": "SELECT m.portal_id, m.party_id, m.id FROM accounts_membership m JOIN accounts_email_change c ON c.user_id = m.user_id WHERE c.lost_at IS NOT NULL ORDER BY m.id",
    "accounts:role": _ROLE, "accounts:role-change": _ROLE, "accounts:role-remove": _ROLE, "accounts:ceiling-of": _PARTY, "accounts:role-look": _ROLE,
    "accounts:who": _WHO, "accounts:look-as-user": _MEMBER, "accounts:care": _PARTY, **dict.fromkeys(["accounts:team", "accounts:team-remove"], "SELECT portal_id, NULL::bigint, id FROM accounts_team ORDER BY id"),
    **dict.fromkeys(["accounts:card", "accounts:hand-over"], "SELECT portal_id, NULL::bigint, user_id FROM accounts_membership WHERE party_id IS NULL AND is_active ORDER BY user_id"),
    "accounts:act-for-user": _MEMBER,
    "accounts:features-of": _PARTY, "accounts:features": "SELECT id, NULL::bigint, kind FROM parties_portal, unnest('{all,customer,dealer,supplier,person}'::text[]) kind",
    "accounts:ceiling": "SELECT id, NULL::bigint, kind FROM parties_portal, unnest('{all,customer,dealer,supplier,person}'::text[]) kind",
    "accounts:invitation-resend": _INVITED, "accounts:invitation-revoke": _INVITED, "accounts:accept": _NOBODY, "ui:brand": _NOBODY, "applications:state": _NOBODY, "notifications:off": _NOBODY, "notifications:feed": _NOBODY,
    **{f"notifications:text{deed}": "SELECT id, NULL::bigint, spoken, 'tasks.question_asked' FROM parties_portal, unnest('{nl,en}'::text[]) spoken" for deed in ("", "-preview", "-try", "-reset")},
    "accounts:elsewhere": _NOBODY, "accounts:elsewhere-return": _NOBODY, "accounts:elsewhere-finish": _NOBODY, "accounts:elsewhere-saml": _NOBODY, "accounts:elsewhere-metadata": _NOBODY,
    "accounts:elsewhere-link": "SELECT v.portal_id, p.id, v.id FROM accounts_provider v JOIN parties_party p ON p.portal_id = v.portal_id AND coalesce(v.party_id, p.id) = p.id ORDER BY v.id",
    "accounts:provider-group": "SELECT portal_id, party_id, id FROM accounts_scim_group ORDER BY id", "accounts:provider-token-revoke": "SELECT portal_id, party_id, provider_id, id FROM accounts_scim_token ORDER BY id",
    **dict.fromkeys(["accounts:provider-token-new", "accounts:provider", "accounts:provider-check", "accounts:provider-on", "accounts:provider-off", "accounts:policy-lift"], _PROVIDER), "accounts:provider-new-of": _PARTY,
    "accounts:elsewhere-unlink": "SELECT i.portal_id, m.party_id, i.id FROM accounts_identity i JOIN accounts_membership m ON m.user_id = i.user_id ORDER BY i.id",
    "accounts:remove-passkey": "SELECT k.portal_id, m.party_id, k.id FROM accounts_passkey k JOIN accounts_membership m ON m.user_id = k.user_id ORDER BY k.id",
    "accounts:end-session": "SELECT portal_id, party_id, id FROM accounts_session WHERE ended_at IS NULL ORDER BY id DESC LIMIT 60",
    "parties:my-address": _ADDRESS, "parties:my-address-remove": _ADDRESS, "parties:detail": _PARTY, "parties:change": _PARTY, "parties:unit-new": _PARTY, "parties:unit": _UNIT_OF, "parties:unit-end": _UNIT_OF, "parties:unit-restore": _UNIT_OF,
    "parties:my-unit": _UNIT, "parties:my-unit-end": _UNIT, "parties:my-unit-restore": _UNIT, "parties:address-new": _PARTY,
    **dict.fromkeys(["parties:my-mandate", "parties:my-mandate-confirm", "parties:my-mandate-end"], _MANDATE),
    "parties:mandate-new": _PARTY, "parties:merge": _PARTY, "parties:split": _PARTY,
    "parties:merge-into": "SELECT p.portal_id, p.id, p.number, o.number FROM parties_party p JOIN parties_party o ON o.portal_id = p.portal_id AND o.kind = p.kind AND o.id <> p.id ORDER BY p.id, o.id",
    "parties:merged": "SELECT m.portal_id, NULL::bigint, p.number, m.id FROM parties_merge m JOIN parties_party p ON p.id = m.source_id ORDER BY m.id",
    **dict.fromkeys(["parties:mandate", "parties:mandate-end"], "SELECT r.portal_id, p.id, p.number, r.id FROM parties_relation r JOIN parties_party p ON p.id IN (r.giver_id, r.agent_id) ORDER BY r.id"),
    "parties:my-contact": _CONTACT, "parties:my-contact-remove": _CONTACT, "parties:contact-new": _PARTY, "parties:contact": _CONTACT_OF, "parties:contact-remove": _CONTACT_OF,
    "parties:address": _ADDRESS_OF, "parties:address-remove": _ADDRESS_OF,
    "parties:tab": "SELECT portal_id, id, number, tab FROM parties_party, unnest('{details,recurring,check,fields,addresses,contacts,units,mandates,care,users,log,orders,quotes,approvals,prices,outstanding,assortment,programs,electronic,proposals,mail}'::text[]) tab ORDER BY id",
    **dict.fromkeys(["applications:detail", "applications:approve", "applications:ask-back", "applications:reject"], "SELECT portal_id, NULL::bigint, id FROM applications_application WHERE state <> 'unproved' ORDER BY id"),
    **dict.fromkeys(["pages:news", "pages:end-news"], "SELECT portal_id, NULL::bigint, id FROM pages_news ORDER BY id"),
    **dict.fromkeys(["fields:change", "fields:end", "fields:resume"], "SELECT portal_id, NULL::bigint, id FROM fields_field ORDER BY id"),
    "fields:new": "SELECT id, NULL::bigint, what FROM parties_portal, unnest('{party,product,order}'::text[]) what",
    "fields:fill": "(SELECT portal_id, id, 'party', number FROM parties_party ORDER BY id) UNION ALL (SELECT portal_id, NULL, 'product', sku FROM catalog_product ORDER BY id LIMIT 6) UNION ALL (SELECT portal_id, NULL, 'order', number FROM orders_order ORDER BY id LIMIT 20)",
    "banking:detail": _BANK, "banking:confirm": _BANK, "banking:accept": _BANK, "banking:stop": _BANK,
    "proposals:detail": _PROPOSAL, "proposals:accept": _PROPOSAL, "proposals:refuse": _PROPOSAL, "proposals:withdraw": _PROPOSAL, "proposals:address": _ADDRESS,
    "proposals:contact": "SELECT portal_id, party_id, id FROM parties_contact ORDER BY id",
    **{f"tasks:{name}": "SELECT portal_id, party_id, id FROM tasks_task ORDER BY id" for name in ("detail", "finish", "talk", "hand-over", "remind", "turns")}, "tasks:ask": _PARTY,
    **dict.fromkeys(["imports:detail", "imports:report", "imports:confirm", "imports:drop"], _IMPORT),
    **dict.fromkeys(["imports:new", "imports:template"], "SELECT portal_id, id, 'people' FROM parties_party ORDER BY id"),
    **dict.fromkeys(["imports:new-of", "imports:template-of"], "SELECT portal_id, id, 'people', number FROM parties_party ORDER BY id"),
    "files:download": "SELECT portal_id, party_id, key FROM files_file ORDER BY id",
    "notifications:open": "SELECT portal_id, party_id, id FROM notifications_notification ORDER BY id", "notifications:retry": "SELECT portal_id, NULL::bigint, id FROM notifications_mail ORDER BY id",
    **dict.fromkeys(["audit:erasure", "audit:propose-erasure", "audit:confirm-erasure", "audit:refuse-erasure"], "SELECT portal_id, NULL::bigint, id FROM audit_erasure ORDER BY id"),
    "audit:end-hold": "SELECT portal_id, NULL::bigint, id FROM core_hold ORDER BY id",
    "audit:erase-contact": "SELECT portal_id, NULL::bigint, id FROM parties_contact ORDER BY id",
    "audit:export": "SELECT portal_id, party_id, id FROM audit_export ORDER BY id",
    "audit:register-file": "SELECT id, NULL::bigint, 'csv' FROM parties_portal", "audit:processing": "SELECT portal_id, NULL::bigint, id FROM audit_processing ORDER BY id",
    "audit:processing-remove": "SELECT portal_id, NULL::bigint, id FROM audit_processing ORDER BY id",
    "audit:package": "SELECT p.portal_id, m.party_id, p.id FROM audit_package p JOIN accounts_membership m ON m.user_id = p.user_id ORDER BY p.id",
    **dict.fromkeys(["parity:cause", "parity:know", "parity:reopen"], "SELECT portal_id, NULL::bigint, id FROM parity_cause ORDER BY id"), "parity:know-one": "SELECT portal_id, NULL::bigint, id FROM parity_difference ORDER BY id",
    "catalog:assortment": f"SELECT a.portal_id, s.party, a.code FROM catalog_assortment a LEFT JOIN {SEES_ASSORTMENT} s ON s.assortment = a.id ORDER BY a.id",
    **dict.fromkeys(["catalog:attribute", "catalog:attribute-remove"], "SELECT portal_id, NULL::bigint, code FROM catalog_attribute ORDER BY id"),
    **dict.fromkeys(["catalog:family", "catalog:family-remove"], "SELECT portal_id, NULL::bigint, code FROM catalog_product_family ORDER BY id"),
    "catalog:saved-change": "SELECT portal_id, party_id, id FROM catalog_saved_search ORDER BY id",
    **dict.fromkeys(["catalog:synonym", "catalog:synonym-remove"], "SELECT portal_id, NULL::bigint, id FROM catalog_synonym ORDER BY id"),
    "catalog:give": _PARTY, "catalog:supply": _PARTY, "catalog:wait": _SKU, "catalog:units": _SKU, "catalog:own-number": _SKU, "catalog:describe": _SKU, "catalog:set-picture": _SKU, "catalog:remove-picture": _SKU, "catalog:picture": _PICTURE, "catalog:thumbnail": _PICTURE, "catalog:relate": _SKU, "catalog:detail": _PICTURED,
    "pricing:file": "SELECT portal_id, party_id, id FROM pricing_pricefile ORDER BY id",
    "pricing:list": f"SELECT l.portal_id, s.party, l.code FROM pricing_pricelist l LEFT JOIN {SEES_PRICE_LIST} s ON s.price_list = l.id ORDER BY l.id",
    **dict.fromkeys(["pricing:list-change", "pricing:list-price"], "SELECT portal_id, NULL::bigint, code FROM pricing_pricelist WHERE external_id IS NULL ORDER BY id"),
    **dict.fromkeys(["pricing:group", "pricing:group-change", "pricing:group-assign", "pricing:group-discount", "pricing:group-agreement-new"], "SELECT portal_id, NULL::bigint, code FROM pricing_customergroup ORDER BY id"),
    "pricing:member-remove": "SELECT g.portal_id, NULL::bigint, g.code, p.number FROM pricing_groupmember m JOIN pricing_customergroup g ON g.id = m.group_id JOIN parties_party p ON p.id = m.party_id ORDER BY m.id",
    "pricing:group-withdraw": "SELECT g.portal_id, NULL::bigint, g.code, l.code FROM pricing_grouppricelist x JOIN pricing_customergroup g ON g.id = x.group_id JOIN pricing_pricelist l ON l.id = x.price_list_id ORDER BY x.id",
    "pricing:group-discount-remove": "SELECT g.portal_id, NULL::bigint, g.code, d.id FROM pricing_groupdiscount d JOIN pricing_customergroup g ON g.id = d.group_id ORDER BY d.id",
    **dict.fromkeys(["pricing:group-agreement", "pricing:group-agreement-change"], "SELECT g.portal_id, NULL::bigint, g.code, a.number FROM pricing_groupagreement a JOIN pricing_customergroup g ON g.id = a.group_id ORDER BY a.id"),
    "pricing:my-group-agreement": f"SELECT g.portal_id, s.party, g.code, a.number FROM pricing_groupagreement a JOIN pricing_customergroup g ON g.id = a.group_id LEFT JOIN {SEES_GROUP} s ON s.grp = g.id ORDER BY a.id",
    "pricing:group-line-remove": "SELECT g.portal_id, NULL::bigint, g.code, a.number, n.id FROM pricing_groupagreementline n JOIN pricing_groupagreement a ON a.id = n.agreement_id JOIN pricing_customergroup g ON g.id = a.group_id ORDER BY n.id",
    **dict.fromkeys(["pricing:surcharge", "pricing:surcharge-remove"], "SELECT portal_id, NULL::bigint, id FROM pricing_surcharge ORDER BY id"),
    **dict.fromkeys(["pricing:floor", "pricing:floor-remove"], "SELECT portal_id, NULL::bigint, id FROM pricing_pricefloor ORDER BY id"),
    **dict.fromkeys(["pricing:free-change", "pricing:free-remove"], "SELECT portal_id, NULL::bigint, id FROM pricing_freegoods ORDER BY id"),
    "pricing:rate-remove": "SELECT portal_id, NULL::bigint, id FROM pricing_exchangerate ORDER BY id",
    **dict.fromkeys(["pricing:my-agreement", "pricing:my-agreement-pdf"], "SELECT portal_id, party_id, number FROM pricing_agreement ORDER BY id"),
    "pricing:agreement-new": _PARTY, "pricing:agreement": _AGREEMENT, "pricing:agreement-pdf": _AGREEMENT, "pricing:agreement-change": _AGREEMENT, "pricing:assign": _PARTY, "pricing:discount-set": _PARTY,
    "pricing:line-remove": "SELECT a.portal_id, a.party_id, p.number, a.number, l.id FROM pricing_agreementline l JOIN pricing_agreement a ON a.id = l.agreement_id JOIN parties_party p ON p.id = a.party_id ORDER BY l.id",
    "pricing:withdraw": "SELECT x.portal_id, x.party_id, p.number, l.code FROM pricing_partypricelist x JOIN pricing_pricelist l ON l.id = x.price_list_id JOIN parties_party p ON p.id = x.party_id ORDER BY x.id",
    **{f"approvals:{name}": "SELECT portal_id, party_id, id FROM approvals_rule WHERE removed_at IS NULL ORDER BY id" for name in ("rule", "rule-pause", "rule-resume", "rule-raise", "rule-remove")},
    "approvals:reference-of": _PARTY,
    **{f"approvals:{name}": "SELECT portal_id, party_id, id FROM approvals_budget WHERE removed_at IS NULL ORDER BY id" for name in ("budget", "budget-remove")},
    **{f"approvals:{name}": "SELECT portal_id, party_id, id FROM approvals_cost_centre ORDER BY id" for name in ("cost-centre", "cost-centre-end", "cost-centre-resume")},
    **dict.fromkeys(["orders:costs_change", "orders:costs_remove"], "SELECT portal_id, NULL::bigint, id FROM orders_cost_rule ORDER BY id"),
    "orders:bought_of": _PARTY, "orders:detail": _ORDER, "orders:pdf": _ORDER, "orders:packing_slip": _SHIPPED, "orders:lines_csv": _ORDER, "orders:lines_xlsx": _ORDER, "orders:reorder": _ORDER, "orders:approve": _ORDER, "orders:lower": _ORDER.replace("orders_order ", "orders_order WHERE status = 'pending_approval' "), "orders:reject": _ORDER, "orders:withdraw": _ORDER, "orders:cancel": _ORDER, "orders:reply": _ORDER, "orders:ask": _ORDER, "orders:questions": _ORDER, "orders:change": _ORDER, "orders:release": _ORDER, "orders:wish": _ORDER, "orders:keep": _ORDER,
    "orders:hold": _ORDER, "orders:resume": _ORDER, **dict.fromkeys(["orders:draft", "orders:draft_columns", "orders:draft_errors", "orders:draft_drop"], "SELECT portal_id, party_id, key FROM orders_draft ORDER BY id"),
    **dict.fromkeys(["orders:cart_name", "orders:cart_drop"], "SELECT portal_id, party_id, key FROM orders_cart WHERE is_open AND name <> '' ORDER BY id"),
    "sheets:download": _SHEET, "sheets:of-product": _SKU, "sheets:again": "SELECT portal_id, NULL::bigint, id FROM sheets_document WHERE state = 'missing' ORDER BY id", "sheets:remove": "SELECT d.portal_id, NULL::bigint, d.id, p.sku FROM sheets_document d JOIN catalog_product p ON p.id = d.product_id ORDER BY d.id",
    **dict.fromkeys(["lists:list", "lists:order", "lists:add", "lists:lines", "lists:successor", "lists:change", "lists:download", "lists:remove"], "SELECT portal_id, party_id, id FROM lists_list WHERE user_id = 0 ORDER BY id"),
    **{f"recurring:{name}": "SELECT portal_id, party_id, id FROM recurring_order WHERE private_to = 0 AND state = 'active' ORDER BY id" for name in ("detail", "change", "lines", "add", "successor", "skip", "accept", "pause", "resume", "end", "take-over")},
    **dict.fromkeys(["quotes:counter", "quotes:accept", "quotes:part"], _OFFERED),
    "quotes:draft-drop": "SELECT portal_id, party_id, key FROM quotes_draft ORDER BY id",
    **{f"quotes:{name}": _QUOTE for name in ("detail", "pdf", "decline", "withdraw", "answer", "question", "take", "offer", "ask", "reply", "note", "refuse")},
    **dict.fromkeys(["letters:copy", "letters:table", "letters:pdf"], "SELECT portal_id, party_id, id FROM letters_copy WHERE sent_at IS NOT NULL ORDER BY id"),
    **dict.fromkeys(["letters:letter", "letters:change", "letters:send", "letters:drop"], "SELECT portal_id, NULL::bigint, id FROM letters_letter ORDER BY id"),
    "invoicing:detail": _INVOICE, "invoicing:pdf": _INVOICE,
    "connectors:add": "SELECT id, NULL::bigint, 'demo' FROM parties_portal", "connectors:change": _CONNECTION, "connectors:check": _CONNECTION, "connectors:pause": _CONNECTION, "connectors:resume": _CONNECTION,
    "connectors:feed": "SELECT portal_id, NULL::bigint, id, 'party', 'pause' FROM connectors_connection ORDER BY id",
    **dict.fromkeys(["connectors:files", "connectors:files-key", "connectors:files-look", "connectors:files-bring"], _BY_FILES), "connectors:files-map": _BY_FILES.replace("bigint, id", "bigint, id, 'product'"), "connectors:files-file": _DELIVERY,
    "connectors:files-do": _DELIVERY.replace("connection_id, id", "connection_id, id, 'drop'"), "connectors:files-row": "SELECT r.portal_id, NULL::bigint, d.connection_id, d.id, r.number FROM connectors_filerow r JOIN connectors_filedelivery d ON d.id = r.delivery_id ORDER BY r.id",
    "connectors:command": _COMMAND, "connectors:retry": _COMMAND, "connectors:cancel": _COMMAND, "connectors:quarantined": "SELECT portal_id, NULL::bigint, id FROM connectors_quarantine ORDER BY id",
    "connectors:release": "SELECT portal_id, NULL::bigint, id, 'retry' FROM connectors_quarantine ORDER BY id",
    **{f"api:{deed}": "SELECT portal_id, party_id, id FROM api_key ORDER BY id" for deed in ("revoke_key", "renew_key", "key_networks", "end_old_secret", "take_over_key")},
    **dict.fromkeys(["notifications:device-try", "notifications:device-remove"], "SELECT d.portal_id, m.party_id, d.id FROM notifications_device d JOIN accounts_membership m ON m.user_id = d.user_id ORDER BY d.id"),
    "pages:icon": _NOBODY,
    "pages:logo": "SELECT l.portal_id, p.id, l.digest FROM parties_logo l JOIN parties_party p ON p.portal_id = l.portal_id",
    **{f"api:webhook{deed}": _WEBHOOK for deed in ("", "-pause", "-test", "-replay", "-remove", "-change", "-resume", "-secret")},
    "api:webhook-again": _MESSAGE,
    **{f"punchout:{name}": _SYSTEM for name in ("system", "change", "renew", "on", "off")}, "punchout:new": _PARTY, "punchout:start": _NOBODY,
    **dict.fromkeys(["exchange:message", "exchange:download"], _ELECTRONIC), "exchange:change-response": _ELECTRONIC.replace("ORDER", "WHERE kind <> 'order' ORDER"), "exchange:response": _ORDER, "exchange:catalogue": _CATALOGUE, "exchange:catalogues-of": _PARTY,
    **dict.fromkeys(["exchange:agree", "exchange:mend", "exchange:drop"], _ELECTRONIC.replace("ORDER", "WHERE state IN ('held', 'to_mend') ORDER")),
}
# Addresses whose row is one person's, beside his company's: a query that gives (value, user).
PERSONAL: dict[str, str] = {"accounts:end-session": "SELECT id, user_id FROM accounts_session", "accounts:remove-passkey": "SELECT id, user_id FROM accounts_passkey", "notifications:open": "SELECT id, user_id FROM notifications_notification", "quotes:draft-drop": "SELECT key, user_id FROM quotes_draft", **dict.fromkeys(["notifications:device-try", "notifications:device-remove"], "SELECT id, user_id FROM notifications_device"), "accounts:elsewhere-unlink": "SELECT id, user_id FROM accounts_identity", "audit:export": "SELECT id, user_id FROM audit_export", "pricing:file": "SELECT id, user_id FROM pricing_pricefile",
                            "audit:package": "SELECT id, user_id FROM audit_package", **{f"imports:{name}": "SELECT id, user_id FROM imports_import" for name in ("detail", "report", "confirm", "drop")}}


def values_of(rows: list[Any], portal: int, party: int | None) -> list[tuple[str, ...]]:
    """Return what may stand in an address and is this party's (None: the staff's, who see all of their portal), each once."""
    return list(dict.fromkeys(tuple(str(value) for value in row[2:]) for row in rows if row[0] == portal and party in (None, row[1])))


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
            if item.namespace in ("api-v1", "scim"):  # of machines: tests/architecture/test_every_operation.py, portiek/foundation/accounts/tests/test_scim.py
                continue
            yield from _walk(item, prefix + str(item.pattern), f"{space}{item.namespace}:" if item.namespace else space)
        elif isinstance(item, URLPattern):
            yield Door(f"{space}{item.name}", prefix + str(item.pattern), tuple(item.pattern.converters or item.pattern.regex.groupindex), getattr(item.callback, "access", None))
