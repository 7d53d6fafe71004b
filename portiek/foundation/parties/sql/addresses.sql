-- The words of an address, without capitals and accents. The index and the question are made by this one function; who changes it makes the index anew.
CREATE OR REPLACE FUNCTION ctx.plain_words(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
 SELECT btrim(regexp_replace(translate(lower(said), 'àáâãäåèéêëìíîïòóôõöùúûüçñýÿ', 'aaaaaaeeeeiiiiooooouuuucnyy'), '[^[:alnum:]]+', ' ', 'g')) $$;
ALTER FUNCTION ctx.plain_words OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.plain_words FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.plain_words TO p_party, p_staff, p_auth, p_system, p_fn, p_owner;

CREATE OR REPLACE FUNCTION ctx.address_words(label text, name text, street text, postal_code text, city text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
 SELECT to_tsvector('simple', ctx.plain_words(label || ' ' || name || ' ' || street || ' ' || postal_code || ' ' || replace(postal_code, ' ', '') || ' ' || city)) $$;
ALTER FUNCTION ctx.address_words OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.address_words FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.address_words TO p_party, p_staff, p_auth, p_system, p_fn, p_owner;
-- The table's owner is who counts and mends the index.
GRANT USAGE ON SCHEMA ctx TO p_owner;
CREATE INDEX IF NOT EXISTS address_words ON public.parties_address USING gin ((ARRAY[party_id]), (ctx.address_words(label, name, street, postal_code, city))) WHERE is_active;

-- Search below row security, as sql/search.sql of the orders: ids only, of one party, filtered by the scope itself, and fetched through the address's own policy.
-- Whoever acts for a party searches his own, whatever he names; staff name the party, and find it in their own portal alone.
CREATE OR REPLACE FUNCTION ctx.addresses_find(side text, party bigint, asked text, most int) RETURNS SETOF bigint LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_indexscan = off SET enable_seqscan = off AS $$
-- Only the index for words may serve it, whatever the planner believes of a table that has just been filled: so the portal is asked in a way that no index answers.
DECLARE q tsquery; word text; portal bigint := ctx.claim(1, side); whose bigint := party; BEGIN
 IF side = 'party' THEN whose := ctx.claim(2, side); END IF;
 FOREACH word IN ARRAY (string_to_array(ctx.plain_words(asked), ' '))[1:6] LOOP
  CONTINUE WHEN word = '';
  q := CASE WHEN q IS NULL THEN to_tsquery('simple', word || ':*') ELSE q && to_tsquery('simple', word || ':*') END;
 END LOOP;
 IF q IS NULL THEN RETURN; END IF;
 RETURN QUERY EXECUTE format('SELECT a.id FROM public.parties_address a WHERE a.portal_id + 0 = %s AND ARRAY[a.party_id] && %L::bigint[] AND a.is_active'
  ' AND ctx.address_words(a.label, a.name, a.street, a.postal_code, a.city) @@ %L::tsquery ORDER BY a.city, a.id LIMIT %s', portal, ARRAY[whose], q, most);
END $$;
ALTER FUNCTION ctx.addresses_find OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.addresses_find FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.addresses_find TO p_party, p_staff;
