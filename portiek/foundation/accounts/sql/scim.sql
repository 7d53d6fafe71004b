-- Whose token is this? It keeps accounts for one provider, in the company of that provider alone.
CREATE OR REPLACE FUNCTION ctx.scim_token(host text, hash bytea) RETURNS jsonb LANGUAGE plpgsql VOLATILE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE found jsonb; BEGIN
 SELECT jsonb_build_object('token', t.id, 'portal', p.id, 'host', p.host, 'party', v.party_id, 'provider', v.id, 'label', v.label, 'language', p.language,
   'stale', t.last_used_at IS NULL OR t.last_used_at < now() - interval '5 minutes')
 INTO found
 FROM parties_portal p JOIN accounts_scim_token t ON t.portal_id = p.id AND t.token_hash = hash AND t.revoked_at IS NULL
 JOIN accounts_provider v ON v.portal_id = p.id AND v.id = t.provider_id AND v.party_id IS NOT DISTINCT FROM t.party_id AND v.is_active
 LEFT JOIN parties_party o ON o.portal_id = p.id AND o.id = v.party_id
 WHERE p.host = $1 AND (v.party_id IS NULL OR o.is_active);
 IF found IS NOT NULL AND (found->>'stale')::boolean THEN
  UPDATE accounts_scim_token SET last_used_at = now() WHERE id = (found->>'token')::bigint AND portal_id = (found->>'portal')::bigint;
 END IF;
 RETURN found;
END $$;
ALTER FUNCTION ctx.scim_token OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.scim_token FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.scim_token TO p_app;
