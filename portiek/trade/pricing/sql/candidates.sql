-- What may decide the prices of some products for a party, future lines too. As functions, so that each connection plans them once: planning was most of what they cost (docs/decisions/0097).
-- They run as who calls them, so row security holds for every table in them; a plan that was made for another role is made anew. What a party may ask is for its policies to say, not for the arguments.

DROP FUNCTION IF EXISTS ctx.pricing_listed, ctx.pricing_agreed;
-- The rate of a list in another currency is that of the day, the one that began last; none: the list does not count.
-- The lists of the party and of its groups with those they fall back on: nearest first, by position, those of groups after those of the party; the path stops a ring.
CREATE OR REPLACE FUNCTION ctx.pricing_listed(for_party bigint, of_products bigint[], on_day date)
 RETURNS TABLE (product_id bigint, price_list_id bigint, id bigint, name varchar, min_quantity numeric, price numeric, valid_from date, valid_until date, depth int, place int, as_of timestamptz, tiers varchar, currency varchar, rate numeric, of_erp boolean)
 LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 100 SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
 WITH RECURSIVE chain(id, depth, place, path) AS (
  SELECT p.price_list_id, 0, p.position::int, ARRAY[p.price_list_id] FROM public.pricing_partypricelist p WHERE p.party_id = for_party
  UNION ALL
  SELECT x.price_list_id, 0, 1000 + x.position, ARRAY[x.price_list_id] FROM public.pricing_groupmember m JOIN public.pricing_customergroup g ON g.id = m.group_id AND g.is_active
   JOIN public.pricing_grouppricelist x ON x.group_id = m.group_id WHERE m.party_id = for_party
  UNION ALL
  SELECT l.fallback_id, c.depth + 1, c.place, c.path || l.fallback_id FROM chain c JOIN public.pricing_pricelist l ON l.id = c.id
  WHERE l.fallback_id IS NOT NULL AND l.fallback_id <> ALL (c.path)),
 ranked AS MATERIALIZED (SELECT DISTINCT ON (c.id) c.id, c.depth, c.place,
   (SELECT x.rate FROM public.pricing_pricelist m JOIN public.pricing_exchangerate x ON x.portal_id = m.portal_id AND x.currency = m.currency WHERE m.id = c.id AND x.valid_from <= on_day AND (x.valid_until IS NULL OR x.valid_until >= on_day)
    ORDER BY x.valid_from DESC LIMIT 1) AS rate FROM chain c ORDER BY c.id, c.depth, c.place)
 SELECT n.product_id, n.price_list_id, n.id, l.name, n.min_quantity, n.price, n.valid_from, n.valid_until, r.depth, r.place, l.as_of, l.tiers, l.currency, r.rate, l.external_id IS NOT NULL
 FROM public.pricing_pricelistline n JOIN ranked r ON r.id = n.price_list_id JOIN public.pricing_pricelist l ON l.id = r.id
 WHERE n.price_list_id = ANY (ARRAY(SELECT r.id FROM ranked r)) AND n.product_id = ANY (of_products) AND l.is_active AND (n.valid_until IS NULL OR n.valid_until >= on_day);
END $$;

-- Agreements, percentages, surcharges, minimum prices and what comes free of charge. The unit that it is for, with all it stands in: the nearer the unit of an agreement, the earlier it is asked; what counts for the whole company comes last.
-- What was agreed with the party itself goes before what was agreed with a group that it is in: the place, how near, then the name of the group.
CREATE OR REPLACE FUNCTION ctx.pricing_agreed(for_portal bigint, for_party bigint, for_unit bigint, of_products bigint[], of_groups text[], on_day date)
 RETURNS TABLE (kind text, product_id bigint, discount_group varchar, source_id bigint, id bigint, name varchar, min_quantity numeric, price numeric, percent numeric, valid_from date, valid_until date, as_of timestamptz,
  tiers varchar, place int, near int, of_group varchar, number varchar, of_erp boolean)
 LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 100 SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
 WITH at AS MATERIALIZED (SELECT u.path FROM public.parties_unit u WHERE u.id = for_unit AND u.party_id = for_party)
 SELECT CASE WHEN n.product_id IS NULL THEN 'group_agreement' ELSE 'product_agreement' END, n.product_id, n.discount_group, a.id, n.id, a.name, n.min_quantity, n.price, n.percent, a.valid_from, a.valid_until, a.as_of, a.tiers,
  0, coalesce(-array_position((SELECT path FROM at), a.unit_id), 0), ''::varchar, a.number, a.external_id IS NOT NULL
 FROM public.pricing_agreementline n JOIN public.pricing_agreement a ON a.id = n.agreement_id
 WHERE n.party_id = for_party AND a.is_active AND (a.valid_until IS NULL OR a.valid_until >= on_day) AND (a.unit_id IS NULL OR a.unit_id = ANY ((SELECT path FROM at)::bigint[]))
  AND (n.product_id = ANY (of_products) OR (n.discount_group <> '' AND n.discount_group = ANY (of_groups)))
 UNION ALL
 SELECT 'discount_group', NULL, d.discount_group, d.id, d.id, d.discount_group, 0, NULL, d.percent, d.valid_from, d.valid_until, d.as_of, '', 0, 0, '', '', d.external_id IS NOT NULL
 FROM public.pricing_partydiscount d WHERE d.party_id = for_party AND d.discount_group = ANY (of_groups) AND (d.valid_until IS NULL OR d.valid_until >= on_day)
 UNION ALL
 SELECT CASE WHEN n.product_id IS NULL THEN 'group_agreement' ELSE 'product_agreement' END, n.product_id, n.discount_group, a.id, n.id, a.name, n.min_quantity, n.price, n.percent, a.valid_from, a.valid_until, a.as_of, a.tiers,
  1, 0, g.name, a.number, a.external_id IS NOT NULL
 FROM public.pricing_groupmember m JOIN public.pricing_customergroup g ON g.id = m.group_id AND g.is_active JOIN public.pricing_groupagreementline n ON n.group_id = m.group_id JOIN public.pricing_groupagreement a ON a.id = n.agreement_id
 WHERE m.party_id = for_party AND a.is_active AND (a.valid_until IS NULL OR a.valid_until >= on_day) AND (n.product_id = ANY (of_products) OR (n.discount_group <> '' AND n.discount_group = ANY (of_groups)))
 UNION ALL
 SELECT 'discount_group', NULL, d.discount_group, d.id, d.id, d.discount_group, 0, NULL, d.percent, d.valid_from, d.valid_until, d.as_of, '', 1, 0, g.name, '', d.external_id IS NOT NULL
 FROM public.pricing_groupmember m JOIN public.pricing_customergroup g ON g.id = m.group_id AND g.is_active JOIN public.pricing_groupdiscount d ON d.group_id = m.group_id
 WHERE m.party_id = for_party AND d.discount_group = ANY (of_groups) AND (d.valid_until IS NULL OR d.valid_until >= on_day)
 UNION ALL
 SELECT 'surcharge', s.product_id, s.discount_group, s.id, s.id, s.name, 0, s.amount, s.percent, s.valid_from, s.valid_until, s.as_of, '', 0, 0, '', '', false
 FROM public.pricing_surcharge s WHERE s.portal_id = for_portal AND (s.valid_until IS NULL OR s.valid_until >= on_day) AND (s.product_id = ANY (of_products) OR (s.discount_group <> '' AND s.discount_group = ANY (of_groups)))
 UNION ALL
 SELECT 'floor', f.product_id, '', f.id, f.id, '', 0, f.amount, NULL, f.valid_from, f.valid_until, NULL, '', f.of_group, f.below, '', '', false FROM ctx.price_floors(of_products, on_day) f
 UNION ALL
 SELECT 'free', f.product_id, '', f.id, f.id, f.name, f.buy, f.give, NULL, f.valid_from, f.valid_until, NULL, '', f.place, 0, f.of_group, '', false FROM ctx.free_goods(for_party, of_products, on_day) f;
END $$;

ALTER FUNCTION ctx.pricing_listed OWNER TO p_fn;
ALTER FUNCTION ctx.pricing_agreed OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.pricing_listed, ctx.pricing_agreed FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.pricing_listed, ctx.pricing_agreed TO p_party, p_staff;
