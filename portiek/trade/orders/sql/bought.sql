-- What a party bought that holds every word, of the words that the search of the catalogue reads: those are below row security, what was bought is the party's own. Read per product that was bought: a common word stands in more of the catalogue than anybody buys.
CREATE OR REPLACE FUNCTION ctx.orders_bought(side text, party bigint, asked text[]) RETURNS SETOF bigint LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE q tsquery; word text; here bigint := ctx.claim(1, side); BEGIN
 IF side = 'party' AND party <> ctx.claim(2, side) THEN RETURN; END IF;
 FOREACH word IN ARRAY asked LOOP
  q := CASE WHEN q IS NULL THEN to_tsquery('simple', word) ELSE q && to_tsquery('simple', word) END;
 END LOOP;
 RETURN QUERY WITH p AS MATERIALIZED (SELECT DISTINCT product_id FROM public.orders_purchase WHERE portal_id = here AND party_id = party)
  SELECT p.product_id FROM p CROSS JOIN LATERAL (SELECT FROM public.catalog_productsearch s WHERE s.portal_id = here AND s.product_id = p.product_id AND s.words @@ q OFFSET 0) s;
END $$;
ALTER FUNCTION ctx.orders_bought OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.orders_bought FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.orders_bought TO p_party, p_staff;
