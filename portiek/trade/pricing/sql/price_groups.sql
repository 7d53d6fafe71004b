-- The customer groups in use of the party in scope. Read once a statement by the policies.
CREATE OR REPLACE FUNCTION ctx.price_groups() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE party bigint := ctx.claim(2, 'party'); own bigint[]; BEGIN
 SELECT array_agg(m.group_id) INTO own FROM public.pricing_groupmember m JOIN public.pricing_customergroup g ON g.id = m.group_id WHERE m.party_id = party AND g.is_active;
 RETURN coalesce(own, '{}'); END $$;
ALTER FUNCTION ctx.price_groups OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.price_groups FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.price_groups TO p_party;
