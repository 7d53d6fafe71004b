-- Search below row security: full text has no leakproof operator, so no policy of a person lets it use its index. These functions filter by
-- the scope themselves and answer with ids only, which are then fetched through the product's own policy. `side` cannot be chosen freely:
-- ctx.claim refuses a side that is not the scope's. Statements are planned anew for each search.
DROP FUNCTION IF EXISTS ctx.catalog_where(text, text[], bigint[], boolean), ctx.catalog_find(text, text[], bigint[], boolean, int, bigint, boolean, int), ctx.catalog_facets(text, text[], boolean, int),
 ctx.catalog_find(text, text[], bigint[], boolean, int, bigint, boolean, int, int[], boolean);
CREATE OR REPLACE FUNCTION ctx.catalog_where(side text, words text[], categories bigint[], everything boolean, traits int[] DEFAULT '{}', stocked boolean DEFAULT false) RETURNS text LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
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
 IF cardinality(traits) > 0 THEN made := made || format(' AND s.traits @> %L::int[]', traits); END IF;
 IF stocked THEN made := made || ' AND EXISTS (SELECT FROM public.catalog_stock k WHERE k.portal_id = s.portal_id AND k.product_id = s.product_id AND k.available > 0 OFFSET 0)'; END IF;
 RETURN made; END $$;

-- `folded`: of a family that lists show as one row only the most popular of the members that are in this very list.
CREATE OR REPLACE FUNCTION ctx.catalog_find(side text, words text[], categories bigint[], everything boolean, popular int, product bigint, back boolean, most int, traits int[] DEFAULT '{}', stocked boolean DEFAULT false, folded boolean DEFAULT false)
 RETURNS TABLE(product_id bigint, popularity int) LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made text := ctx.catalog_where(side, words, categories, everything, traits, stocked); way text := CASE WHEN back THEN 'ASC' ELSE 'DESC' END;
 sign text := CASE WHEN back THEN '>' ELSE '<' END; edge_popular int; edge_id bigint; seen int; BEGIN
 IF folded THEN made := format('%s AND (s.family_id IS NULL OR (SELECT NOT EXISTS (SELECT FROM public.catalog_productsearch s WHERE %1$s AND s.family_id = me.family AND (s.popularity, s.product_id) > (me.popular, me.id)) FROM (SELECT s.family_id family, s.popularity popular, s.product_id id OFFSET 0) me))', made); END IF;
 IF product IS NOT NULL THEN made := made || format(' AND (s.popularity, s.product_id) %s (%s, %s)', sign, popular, product); END IF;
 IF cardinality(words) > 0 OR cardinality(traits) > 0 THEN
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

CREATE OR REPLACE FUNCTION ctx.catalog_facets(side text, words text[], everything boolean, most int, traits int[] DEFAULT '{}', stocked boolean DEFAULT false)
 RETURNS TABLE(category_id bigint, products bigint) LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
 RETURN QUERY EXECUTE format('SELECT f.category_id, count(*) FROM (SELECT s.category_id FROM public.catalog_productsearch s WHERE %s LIMIT %s) f GROUP BY 1',
  ctx.catalog_where(side, words, NULL, everything, traits, stocked), most); END $$;

-- Of these families: how many of their members are in a list, and which are the few with the lowest list price. Counts nothing that the actor does not see.
CREATE OR REPLACE FUNCTION ctx.catalog_folded(side text, words text[], categories bigint[], everything boolean, traits int[], stocked boolean, families bigint[], few int)
 RETURNS TABLE(family_id bigint, products bigint, cheapest bigint[]) LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
 RETURN QUERY EXECUTE format('SELECT s.family_id, count(*), (array_agg(s.product_id ORDER BY p.list_price, s.product_id))[:%s] FROM public.catalog_productsearch s JOIN public.catalog_product p ON p.id = s.product_id AND p.portal_id = s.portal_id
  WHERE %s AND s.family_id = ANY (%L::bigint[]) GROUP BY 1', few, ctx.catalog_where(side, words, categories, everything, traits, stocked), families); END $$;

-- Which of these products a search holds; `side` is the portal's own, which knows of no assortment: who asks has chosen the products by one.
CREATE OR REPLACE FUNCTION ctx.catalog_among(side text, words text[], categories bigint[], traits int[], stocked boolean, ids bigint[])
 RETURNS SETOF bigint LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
 RETURN QUERY EXECUTE format('SELECT s.product_id FROM public.catalog_productsearch s WHERE %s AND s.product_id = ANY (%L::bigint[])', ctx.catalog_where(side, words, categories, false, traits, stocked), ids); END $$;

-- Some products of a list, by the text index alone where words or attributes narrow it: whatever the planner believes, no table is read through.
CREATE OR REPLACE FUNCTION ctx.catalog_some(made text, most int) RETURNS SETOF bigint LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_indexscan = off SET enable_seqscan = off AS $$
BEGIN RETURN QUERY EXECUTE format('SELECT s.product_id FROM public.catalog_productsearch s WHERE %s LIMIT %s', made, most); END $$;

-- What is said of some products of a list: by how many each value of an attribute. Narrows and counts nothing that the actor does not see.
CREATE OR REPLACE FUNCTION ctx.catalog_traits(side text, words text[], categories bigint[], everything boolean, traits int[], stocked boolean, most int)
 RETURNS TABLE(attribute_id bigint, value text, products bigint) LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made text := ctx.catalog_where(side, words, categories, everything, traits, stocked); ids bigint[]; portal bigint := ctx.claim(1, side); BEGIN
 IF cardinality(words) + cardinality(traits) > 0 THEN SELECT array_agg(f) INTO ids FROM ctx.catalog_some(made, most) f;
 ELSE EXECUTE format('SELECT array_agg(f.product_id) FROM (SELECT s.product_id FROM public.catalog_productsearch s WHERE %s LIMIT %s) f', made, most) INTO ids; END IF;
 RETURN QUERY SELECT a.attribute_id, a.value::text, count(*) FROM public.catalog_product_attribute a JOIN public.catalog_attribute d ON d.id = a.attribute_id AND d.portal_id = portal AND d.narrows
  WHERE a.portal_id = portal AND a.product_id = ANY (ids) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 1000; END $$;

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
ALTER FUNCTION ctx.catalog_folded OWNER TO p_fn;
ALTER FUNCTION ctx.catalog_among OWNER TO p_fn;
ALTER FUNCTION ctx.catalog_some OWNER TO p_fn;
ALTER FUNCTION ctx.catalog_traits OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.catalog_codes, ctx.catalog_where, ctx.catalog_rest, ctx.catalog_find, ctx.catalog_facets, ctx.catalog_folded, ctx.catalog_among, ctx.catalog_some, ctx.catalog_traits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.catalog_codes, ctx.catalog_find, ctx.catalog_facets, ctx.catalog_folded, ctx.catalog_traits TO p_party, p_staff;
GRANT EXECUTE ON FUNCTION ctx.catalog_among TO p_staff;
