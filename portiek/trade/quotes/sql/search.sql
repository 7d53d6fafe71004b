-- Search below row security, as sql/search.sql of orders: ids only, filtered by the scope itself, and fetched through the quote's own policy.
CREATE OR REPLACE FUNCTION ctx.quotes_find(side text, asked text[], most int) RETURNS SETOF bigint LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE q tsquery; word text; whose text := format('s.portal_id = %s', ctx.claim(1, side)); made text; edge_at timestamptz; edge_id bigint; seen int; BEGIN
 IF side = 'party' THEN whose := whose || format(' AND s.party_id = %s', ctx.claim(2, side)); END IF;
 FOREACH word IN ARRAY asked LOOP
  q := CASE WHEN q IS NULL THEN to_tsquery('simple', word) ELSE q && to_tsquery('simple', word) END;
 END LOOP;
 made := format('%s AND s.words @@ %L::tsquery', whose, q);
 EXECUTE format('SELECT s.requested_at, s.quote_id FROM public.quotes_search s WHERE %s ORDER BY 1 DESC, 2 DESC OFFSET %s LIMIT 1', whose, 20 * most) INTO edge_at, edge_id;
 IF edge_id IS NULL THEN
  RETURN QUERY EXECUTE format('SELECT s.quote_id FROM public.quotes_search s WHERE %s ORDER BY s.requested_at DESC, s.quote_id DESC LIMIT %s', made, most);
  RETURN;
 END IF;
 -- A common word is found among the newest, whatever the planner believes; what is left is rare enough for the text index.
 RETURN QUERY EXECUTE format('SELECT s.quote_id FROM public.quotes_search s WHERE %s AND (s.requested_at, s.quote_id) >= (%L, %s) ORDER BY s.requested_at DESC, s.quote_id DESC LIMIT %s',
  made, edge_at, edge_id, most);
 GET DIAGNOSTICS seen = ROW_COUNT;
 IF seen < most THEN
  IF side = 'party' THEN made := made || format(' AND ARRAY[s.party_id] && %L::bigint[]', ARRAY[ctx.claim(2, side)]); END IF;
  RETURN QUERY SELECT * FROM ctx.quotes_rest(format('%s AND (s.requested_at, s.quote_id) < (%L, %s)', made, edge_at, edge_id), most - seen);
 END IF;
END $$;

CREATE OR REPLACE FUNCTION ctx.quotes_rest(made text, most int) RETURNS SETOF bigint LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_indexscan = off SET enable_seqscan = off AS $$
BEGIN
 RETURN QUERY EXECUTE format('SELECT s.quote_id FROM public.quotes_search s WHERE %s ORDER BY s.requested_at DESC, s.quote_id DESC LIMIT %s', made, most);
END $$;
ALTER FUNCTION ctx.quotes_find OWNER TO p_fn;
ALTER FUNCTION ctx.quotes_rest OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.quotes_find, ctx.quotes_rest FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.quotes_find TO p_party, p_staff;

-- Kept by the database, so that no write of a quote is forgotten; with the rights of whoever writes it.
CREATE OR REPLACE FUNCTION ctx.quote_found_by() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
 IF TG_OP = 'INSERT' THEN
  INSERT INTO public.quotes_search (portal_id, party_id, quote_id, requested_at, words)
   VALUES (NEW.portal_id, NEW.party_id, NEW.id, NEW.requested_at, array_to_tsvector(string_to_array(NEW.search, ' ')));
 ELSIF NEW.search <> OLD.search THEN
  UPDATE public.quotes_search SET words = array_to_tsvector(string_to_array(NEW.search, ' ')) WHERE portal_id = NEW.portal_id AND quote_id = NEW.id;
 END IF;
 RETURN NULL;
END $$;
ALTER FUNCTION ctx.quote_found_by OWNER TO p_fn;
DROP TRIGGER IF EXISTS found_by ON quotes_quote;
CREATE TRIGGER found_by AFTER INSERT OR UPDATE OF search ON quotes_quote FOR EACH ROW EXECUTE FUNCTION ctx.quote_found_by();
