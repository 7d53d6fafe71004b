-- What comes free of charge with some products for a party: of what counts for it alone, and of products in none of its assortments nothing. Staff name the party. The place: 0 for the party itself, 1 for a group that it is in, 2 for a price list that it is served by, 3 for everybody.
CREATE OR REPLACE FUNCTION ctx.free_goods(for_party bigint, of_products bigint[], on_day date)
 RETURNS TABLE (product_id bigint, id bigint, name varchar, buy numeric, give numeric, valid_from date, valid_until date, place int, of_group varchar)
 LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 10 SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE portal bigint := ctx.claim(1, 'any'); me bigint := ctx.claim(2, 'any'); sees bigint[]; BEGIN
 IF me > 0 THEN
  IF for_party IS DISTINCT FROM me THEN RETURN; END IF;
  sees := ctx.assortments();
 END IF;
 RETURN QUERY SELECT f.product_id, f.id, f.name, f.buy, f.give, f.valid_from, f.valid_until,
   CASE WHEN f.customer_id IS NOT NULL THEN 0 WHEN f.group_id IS NOT NULL THEN 1 WHEN f.price_list_id IS NOT NULL THEN 2 ELSE 3 END, coalesce(g.name, '')::varchar
  FROM public.pricing_freegoods f LEFT JOIN public.pricing_customergroup g ON g.portal_id = portal AND g.id = f.group_id
  WHERE f.product_id = ANY (of_products) AND f.portal_id = portal AND (f.valid_until IS NULL OR f.valid_until >= on_day) AND (f.customer_id IS NULL OR f.customer_id = for_party)
   AND (f.group_id IS NULL OR (g.is_active AND EXISTS (SELECT FROM public.pricing_groupmember m WHERE m.portal_id = portal AND m.party_id = for_party AND m.group_id = f.group_id)))
   AND (f.price_list_id IS NULL OR EXISTS (
    WITH RECURSIVE chain(id) AS (
     SELECT p.price_list_id FROM public.pricing_partypricelist p WHERE p.portal_id = portal AND p.party_id = for_party
     UNION SELECT x.price_list_id FROM public.pricing_groupmember m JOIN public.pricing_customergroup h ON h.portal_id = portal AND h.id = m.group_id AND h.is_active
      JOIN public.pricing_grouppricelist x ON x.portal_id = portal AND x.group_id = m.group_id WHERE m.portal_id = portal AND m.party_id = for_party
     UNION SELECT l.fallback_id FROM chain c JOIN public.pricing_pricelist l ON l.portal_id = portal AND l.id = c.id WHERE l.fallback_id IS NOT NULL)
    SELECT FROM chain c JOIN public.pricing_pricelist l ON l.portal_id = portal AND l.id = c.id AND l.is_active WHERE c.id = f.price_list_id))
   AND (sees IS NULL OR EXISTS (SELECT FROM public.catalog_assortmentitem i WHERE i.product_id = f.product_id AND i.assortment_id = ANY (sees)));
END $$;
-- All that comes free of charge for the party in scope, for its page of prices.
CREATE OR REPLACE FUNCTION ctx.free_goods_mine(on_day date)
 RETURNS TABLE (product_id bigint, id bigint, name varchar, buy numeric, give numeric, valid_from date, valid_until date, place int, of_group varchar)
 LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 10 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE portal bigint := ctx.claim(1, 'party'); me bigint := ctx.claim(2, 'party'); BEGIN
 RETURN QUERY SELECT * FROM ctx.free_goods(me, ARRAY(SELECT DISTINCT f.product_id FROM public.pricing_freegoods f WHERE f.portal_id = portal AND (f.valid_until IS NULL OR f.valid_until >= on_day)), on_day);
END $$;
ALTER FUNCTION ctx.free_goods OWNER TO p_fn;
ALTER FUNCTION ctx.free_goods_mine OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.free_goods, ctx.free_goods_mine FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.free_goods TO p_party, p_staff;
GRANT EXECUTE ON FUNCTION ctx.free_goods_mine TO p_party;
