-- What a search that found nothing may have meant. As in search.sql: filtered by the scope, and nothing is answered that the actor does not find himself.
-- Which of these queries find something, by the text index alone.
CREATE OR REPLACE FUNCTION ctx.catalog_has(side text, queries text[]) RETURNS SETOF text LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_indexscan = off SET enable_seqscan = off AS $$
DECLARE made text := ctx.catalog_where(side, '{}', NULL, false); query text; there boolean; BEGIN
 FOREACH query IN ARRAY queries LOOP
  EXECUTE format('SELECT EXISTS (SELECT FROM public.catalog_productsearch s WHERE %s AND s.words @@ %L::tsquery)', made, to_tsquery('simple', query) || to_tsquery('dutch', query)) INTO there;
  IF there THEN RETURN NEXT query; END IF;
 END LOOP; END $$;

-- Words that share a key with one that was typed, the likeliest first, of products that the actor finds: the vocabulary itself knows of every product.
CREATE OR REPLACE FUNCTION ctx.catalog_near(side text, keys int[]) RETURNS SETOF text LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_indexscan = off SET enable_seqscan = off AS $$
DECLARE made text := ctx.catalog_where(side, '{}', NULL, false); near text; there boolean; BEGIN
 FOR near IN SELECT v.word FROM public.catalog_vocabulary v WHERE v.portal_id = ctx.claim(1, side) AND v.near && keys
   ORDER BY (SELECT count(*) FROM unnest(v.near) k WHERE k = ANY (keys)) DESC, v.word LIMIT 12 LOOP
  EXECUTE format('SELECT EXISTS (SELECT FROM public.catalog_productsearch s WHERE %s AND s.words @@ %L::tsquery)', made, to_tsquery('simple', near) || to_tsquery('dutch', near)) INTO there;
  IF there THEN RETURN NEXT near; END IF;
 END LOOP; END $$;

ALTER FUNCTION ctx.catalog_has OWNER TO p_fn;
ALTER FUNCTION ctx.catalog_near OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.catalog_has, ctx.catalog_near FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.catalog_has, ctx.catalog_near TO p_party, p_staff;
