-- The price lists of the party in scope and of its groups, with those they fall back on; UNION stops a ring. Read once a statement by the policies.
CREATE OR REPLACE FUNCTION ctx.price_lists() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE party bigint := ctx.claim(2, 'party'); own bigint[]; BEGIN
 WITH RECURSIVE chain(id) AS (
  SELECT p.price_list_id FROM public.pricing_partypricelist p WHERE p.party_id = party
  UNION SELECT x.price_list_id FROM public.pricing_groupmember m JOIN public.pricing_customergroup g ON g.id = m.group_id JOIN public.pricing_grouppricelist x ON x.group_id = g.id
   WHERE m.party_id = party AND g.is_active
  UNION SELECT l.fallback_id FROM chain c JOIN public.pricing_pricelist l ON l.id = c.id WHERE l.fallback_id IS NOT NULL)
 SELECT array_agg(id) INTO own FROM chain;
 RETURN coalesce(own, '{}'); END $$;
ALTER FUNCTION ctx.price_lists OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.price_lists FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.price_lists TO p_party;
