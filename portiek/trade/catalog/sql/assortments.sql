-- The assortments of the party in scope: its own, or the portal's default when it was given none (never for a supplier). Read once a statement by the policies.
CREATE OR REPLACE FUNCTION ctx.assortments() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE party bigint := ctx.claim(2, 'party'); portal bigint := ctx.claim(1, 'party'); own bigint[]; BEGIN
 SELECT array_agg(pa.assortment_id) INTO own FROM public.catalog_partyassortment pa WHERE pa.party_id = party AND pa.portal_id = portal;
 IF own IS NULL THEN SELECT array_agg(a.id) INTO own FROM public.catalog_assortment a WHERE a.portal_id = portal AND a.is_default
   AND EXISTS (SELECT FROM public.parties_party o WHERE o.id = party AND o.kind <> 'supplier'); END IF;
 RETURN coalesce(own, '{}'); END $$;
ALTER FUNCTION ctx.assortments OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.assortments FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.assortments TO p_party;
