-- The minimum prices of some products, worked out: who buys reads neither what a product costs nor what comes on top of that, and of products in none of its assortments not even the outcome.
CREATE OR REPLACE FUNCTION ctx.price_floors(of_products bigint[], on_day date)
 RETURNS TABLE (product_id bigint, id bigint, amount numeric, of_group int, below int, valid_from date, valid_until date)
 LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 10 SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE portal bigint := ctx.claim(1, 'any'); sees bigint[] := CASE WHEN ctx.claim(2, 'any') > 0 THEN ctx.assortments() END; BEGIN
 RETURN QUERY SELECT f.product_id, f.id, coalesce(f.amount, c.cost * (100 + f.percent) / 100), 0, f.agreements_below::int, f.valid_from, f.valid_until
  FROM public.pricing_pricefloor f LEFT JOIN public.pricing_costprice c ON c.product_id = f.product_id AND c.portal_id = portal
  WHERE f.product_id = ANY (of_products) AND f.portal_id = portal AND (f.valid_until IS NULL OR f.valid_until >= on_day) AND (f.amount IS NOT NULL OR c.cost IS NOT NULL)
   AND (sees IS NULL OR EXISTS (SELECT FROM public.catalog_assortmentitem i WHERE i.product_id = f.product_id AND i.assortment_id = ANY (sees)))
  UNION ALL
  SELECT c.product_id, f.id, c.cost * (100 + f.percent) / 100, 1, f.agreements_below::int, f.valid_from, f.valid_until
  FROM public.pricing_costprice c JOIN public.catalog_product p ON p.id = c.product_id AND p.discount_group <> '' JOIN public.pricing_pricefloor f ON f.portal_id = portal AND f.discount_group = p.discount_group
  WHERE c.product_id = ANY (of_products) AND c.portal_id = portal AND (f.valid_until IS NULL OR f.valid_until >= on_day)
   AND (sees IS NULL OR EXISTS (SELECT FROM public.catalog_assortmentitem i WHERE i.product_id = c.product_id AND i.assortment_id = ANY (sees)));
END $$;
ALTER FUNCTION ctx.price_floors OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.price_floors FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.price_floors TO p_party, p_staff;
