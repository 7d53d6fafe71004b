-- What of products was ordered here by anybody and is not in the ERP's figures yet: a sum without a party, so that nobody is promised what a neighbour has. Of the newest orders only, so that it costs the same for any history.
CREATE OR REPLACE FUNCTION ctx.orders_promised(side text, products bigint[], heard timestamptz, place text) RETURNS TABLE (product bigint, promised numeric) LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE here bigint := ctx.claim(1, side); BEGIN
 RETURN QUERY
 WITH open AS (
  (SELECT o.id, o.party_id FROM public.orders_order o WHERE o.portal_id = here AND o.sync NOT IN ('none', 'acknowledged') AND o.origin <> 'erp'
    AND o.status NOT IN ('pending_approval', 'rejected', 'cancelled', 'completed') ORDER BY o.placed_at DESC LIMIT 2000)
  UNION
  (SELECT n.id, n.party_id FROM (SELECT o.id, o.party_id, o.transmitted_at, o.sync, o.origin, o.status FROM public.orders_order o WHERE o.portal_id = here AND o.changed_at >= heard ORDER BY o.changed_at DESC LIMIT 500) n
    WHERE n.transmitted_at > heard AND n.sync = 'acknowledged' AND n.origin <> 'erp' AND n.status NOT IN ('pending_approval', 'rejected', 'cancelled', 'completed')))
 SELECT l.product_id, sum(l.quantity) FROM open JOIN public.orders_order_line l ON l.portal_id = here AND l.party_id = open.party_id AND l.order_id = open.id AND l.product_id = ANY (products)
  LEFT JOIN public.catalog_supply s ON s.portal_id = here AND s.party_id = open.party_id LEFT JOIN public.catalog_warehouse w ON w.portal_id = here AND w.id = s.warehouse_id
  WHERE place = '' OR w.code IS NULL OR w.code = place GROUP BY l.product_id;
END $$;
ALTER FUNCTION ctx.orders_promised OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.orders_promised FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.orders_promised TO p_party, p_staff;
