-- The parties of which the one in scope may read facts: itself, and those that became part of it. Whether it may read one fact of those is for ctx.owned to say.
CREATE OR REPLACE FUNCTION ctx.parties_of() RETURNS bigint[] LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
 SELECT ARRAY[ctx.claim(2, 'party')] || ARRAY(SELECT p.id FROM parties_party p WHERE p.portal_id = ctx.claim(1, 'party') AND p.merged_into_id = ctx.claim(2, 'party') ORDER BY p.id)
$$;
ALTER FUNCTION ctx.parties_of OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.parties_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.parties_of TO p_party;
