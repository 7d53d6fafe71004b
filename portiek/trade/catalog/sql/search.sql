-- Search below row security: full text has no leakproof operator, so no policy of a person lets it use its index. These functions filter by
-- the scope themselves and answer with ids only, which are then fetched through the product's own policy. `side` cannot be chosen freely:
-- ctx.claim refuses a side that is not the scope's. Statements are planned anew for each search, since rare and common words need other plans.
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
DECLARE beyond text := ''; BEGIN
 IF product IS NOT NULL THEN beyond := format(' AND (s.popularity, s.product_id) %s (%s, %s)', CASE WHEN back THEN '>' ELSE '<' END, popular, product); END IF;
 RETURN QUERY EXECUTE format('SELECT s.product_id, s.popularity FROM public.catalog_productsearch s WHERE %s%s ORDER BY s.popularity %s, s.product_id %3$s LIMIT %4$s',
  ctx.catalog_where(side, words, categories, everything), beyond, CASE WHEN back THEN 'ASC' ELSE 'DESC' END, most); END $$;

CREATE OR REPLACE FUNCTION ctx.catalog_facets(side text, words text[], everything boolean, most int)
 RETURNS TABLE(category_id bigint, products bigint) LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
 RETURN QUERY EXECUTE format('SELECT f.category_id, count(*) FROM (SELECT s.category_id FROM public.catalog_productsearch s WHERE %s LIMIT %s) f GROUP BY 1',
  ctx.catalog_where(side, words, NULL, everything), most); END $$;

ALTER FUNCTION ctx.catalog_where OWNER TO p_fn;
ALTER FUNCTION ctx.catalog_find OWNER TO p_fn;
ALTER FUNCTION ctx.catalog_facets OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.catalog_where, ctx.catalog_find, ctx.catalog_facets FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.catalog_find, ctx.catalog_facets TO p_party, p_staff;
