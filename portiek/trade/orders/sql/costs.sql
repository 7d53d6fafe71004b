-- The order minimum and freight of the party in scope: its own rule, else that of a group (the first by code), else of its kind, else of all. With the articles that they are booked on, which no assortment has to hold; no other rule is ever seen.
CREATE OR REPLACE FUNCTION ctx.order_costs() RETURNS TABLE (minimum numeric, fee numeric, freight numeric, free_from numeric, articles text) LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE here bigint := ctx.claim(1, 'party'); whose bigint := ctx.claim(2, 'party'); BEGIN
 RETURN QUERY
 SELECT r.minimum, r.fee, r.freight, r.free_from,
  (SELECT json_object_agg(k.what, json_build_object('id', p.id, 'sku', p.sku, 'name', p.name, 'name_en', p.name_en, 'unit_label', p.unit_label, 'unit_code', p.unit_code, 'tax_rate', p.tax_rate::text))
   FROM (VALUES ('fee', r.fee_product_id), ('freight', r.freight_product_id)) k (what, product) JOIN public.catalog_product p ON p.portal_id = here AND p.id = k.product)::text
 FROM public.orders_cost_rule r JOIN public.parties_party me ON me.portal_id = here AND me.id = whose
 LEFT JOIN public.pricing_customergroup g ON g.portal_id = here AND g.id = r.group_id
 WHERE r.portal_id = here AND (r.customer_id = whose OR (r.customer_id IS NULL AND r.kind IN ('', me.kind)
  AND (r.group_id IS NULL OR (g.is_active AND EXISTS (SELECT FROM public.pricing_groupmember m WHERE m.portal_id = here AND m.party_id = whose AND m.group_id = r.group_id)))))
 ORDER BY r.customer_id IS NULL, r.group_id IS NULL, g.code, r.kind = '' LIMIT 1;
END $$;
ALTER FUNCTION ctx.order_costs OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.order_costs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.order_costs TO p_party;
