-- Search below row security: full text has no leakproof operator, so no policy of a person lets it use its index. These functions filter by
-- the scope themselves and answer with ids only, which are then fetched through the product's own policy. `side` cannot be chosen freely:
-- ctx.claim refuses a side that is not the scope's. Statements are planned anew for each search.
CREATE OR REPLACE FUNCTION ctx.catalog_where(side text, words text[], categories bigint[], everything boolean) RETURNS text LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE q tsquery; part tsquery; word text; made text := format('s.portal_id = %s', ctx.claim(1, side)); BEGIN
 IF side = 'party' THEN made := made || format(' AND s.assortments && %L::bigint[]', ctx.assortments()); END IF;
 IF side = 'party' OR NOT everything THEN made := made || ' AND s.is_active'; END IF;
 IF cardinality(categories) > 0 THEN made := made || format(' AND s.category_id = ANY (%L::bigint[])', categories); END IF;
 FOREACH word IN ARRAY words LOOP
  part := to_tsquery('simple', word) || to_tsquery('dutch', word);
  q := CASE WHEN q IS NULL THEN part ELSE q && part END;
 END LOOP;
 IF q IS NOT NULL THEN made := made || format(' AND s.words @@ %L::tsquery', q); END IF;
 RETURN made; END $$;

CREATE OR REPLACE FUNCTION ctx.catalog_find(side text, words text[], categories bigint[], everything boolean, popular int, product bigint, back boolean, most int)
 RETURNS TABLE(product_id bigint, popularity int) LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made text := ctx.catalog_where(side, words, categories, everything); way text := CASE WHEN back THEN 'ASC' ELSE 'DESC' END;
 sign text := CASE WHEN back THEN '>' ELSE '<' END; edge_popular int; edge_id bigint; seen int; BEGIN
 IF product IS NOT NULL THEN made := made || format(' AND (s.popularity, s.product_id) %s (%s, %s)', sign, popular, product); END IF;
 IF cardinality(words) > 0 THEN
  EXECUTE format('SELECT s.popularity, s.product_id FROM public.catalog_productsearch s WHERE s.portal_id = %s%s ORDER BY 1 %s, 2 %3$s OFFSET %4$s LIMIT 1',
   ctx.claim(1, side), CASE WHEN product IS NULL THEN '' ELSE format(' AND (s.popularity, s.product_id) %s (%s, %s)', sign, popular, product) END, way, least(40 * most, 10000)) INTO edge_popular, edge_id;
 END IF;
 -- A common word is found among the first rows, whatever the planner believes; what is left is rare enough for the text index.
 IF edge_id IS NOT NULL THEN
  RETURN QUERY EXECUTE format('SELECT s.product_id, s.popularity FROM public.catalog_productsearch s WHERE %s AND (s.popularity, s.product_id) %s= (%s, %s) ORDER BY s.popularity %s, s.product_id %5$s LIMIT %6$s',
   made, CASE WHEN back THEN '<' ELSE '>' END, edge_popular, edge_id, way, most);
  GET DIAGNOSTICS seen = ROW_COUNT;
  IF seen = most THEN RETURN; END IF;
  RETURN QUERY SELECT * FROM ctx.catalog_rest(format('%s AND (s.popularity, s.product_id) %s (%s, %s)', made, sign, edge_popular, edge_id), way, most - seen);
  RETURN;
 END IF;
 RETURN QUERY EXECUTE format('SELECT s.product_id, s.popularity FROM public.catalog_productsearch s WHERE %s ORDER BY s.popularity %s, s.product_id %2$s LIMIT %3$s', made, way, most); END $$;

-- By the text index alone: never in the order of popularity, row by row, until enough are found.
CREATE OR REPLACE FUNCTION ctx.catalog_rest(made text, way text, most int) RETURNS TABLE(product_id bigint, popularity int) LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_indexscan = off SET enable_seqscan = off AS $$
BEGIN
 RETURN QUERY EXECUTE format('SELECT s.product_id, s.popularity FROM public.catalog_productsearch s WHERE %s ORDER BY s.popularity %s, s.product_id %2$s LIMIT %3$s', made, way, most); END $$;

CREATE OR REPLACE FUNCTION ctx.catalog_facets(side text, words text[], everything boolean, most int)
 RETURNS TABLE(category_id bigint, products bigint) LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
 RETURN QUERY EXECUTE format('SELECT f.category_id, count(*) FROM (SELECT s.category_id FROM public.catalog_productsearch s WHERE %s LIMIT %s) f GROUP BY 1',
  ctx.catalog_where(side, words, NULL, everything), most); END $$;

-- What is sold under one of these numbers (in capitals) or EANs, inside the assortment of a party. Two branches, each with an index of its own.
CREATE OR REPLACE FUNCTION ctx.catalog_codes(side text, codes text[]) RETURNS SETOF bigint LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE portal bigint := ctx.claim(1, side); own bigint[] := CASE WHEN side = 'party' THEN ctx.assortments() END; BEGIN
 RETURN QUERY SELECT p.id FROM (
   SELECT u.id FROM public.catalog_product u WHERE u.portal_id = portal AND upper(u.sku) = ANY (codes)
   UNION SELECT e.id FROM public.catalog_product e WHERE e.portal_id = portal AND e.ean = ANY (codes) AND e.ean <> '') p
  WHERE own IS NULL OR EXISTS (SELECT FROM public.catalog_productsearch s WHERE s.portal_id = portal AND s.product_id = p.id AND s.assortments && own); END $$;

ALTER FUNCTION ctx.catalog_codes OWNER TO p_fn;
ALTER FUNCTION ctx.catalog_where OWNER TO p_fn;
ALTER FUNCTION ctx.catalog_find OWNER TO p_fn;
ALTER FUNCTION ctx.catalog_rest OWNER TO p_fn;
ALTER FUNCTION ctx.catalog_facets OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.catalog_codes, ctx.catalog_where, ctx.catalog_rest, ctx.catalog_find, ctx.catalog_facets FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.catalog_codes, ctx.catalog_find, ctx.catalog_facets TO p_party, p_staff;
