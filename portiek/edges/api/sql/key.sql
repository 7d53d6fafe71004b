-- Whose key is this? Its rights are those it was given and its maker still has.
CREATE OR REPLACE FUNCTION ctx.api_key(host text, hash bytea) RETURNS jsonb LANGUAGE plpgsql VOLATILE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE found jsonb; BEGIN
 SELECT jsonb_build_object('key', k.id, 'portal', p.id, 'party', k.party_id, 'user', u.id, 'name', k.name, 'language', u.language,
   'rights', (SELECT coalesce(jsonb_agg(x), '[]') FROM unnest(k.rights) x WHERE x = ANY(ctx.rights_of(p.id, u.id, k.party_id))),
   'order_limit', (SELECT CASE WHEN bool_or(coalesce(m.order_limit, r.order_limit) IS NULL) THEN NULL ELSE max(coalesce(m.order_limit, r.order_limit))::text END
      FROM accounts_membership m JOIN accounts_role r ON r.portal_id = m.portal_id AND r.id = m.role_id
      WHERE m.portal_id = p.id AND m.user_id = u.id AND m.is_active AND m.party_id IS NOT DISTINCT FROM k.party_id AND 'order.place' = ANY(r.rights)
       AND r.removed_at IS NULL AND (r.owner_id IS NULL OR r.owner_id = k.party_id)),
   'units', (SELECT jsonb_agg(DISTINCT m.unit_id) FROM accounts_membership m WHERE m.portal_id = p.id AND m.user_id = u.id AND m.is_active AND m.party_id IS NOT DISTINCT FROM k.party_id),
   'stale', k.last_used_at IS NULL OR k.last_used_at < now() - interval '5 minutes')
 INTO found
 FROM parties_portal p JOIN api_key k ON k.portal_id = p.id AND k.key_hash = hash AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
 JOIN accounts_user u ON u.portal_id = p.id AND u.id = k.user_id AND u.is_active
 LEFT JOIN parties_party o ON o.portal_id = p.id AND o.id = k.party_id
 WHERE p.host = $1 AND (k.party_id IS NULL OR o.is_active)
 AND EXISTS (SELECT FROM accounts_membership m WHERE m.portal_id = p.id AND m.user_id = u.id AND m.is_active AND m.party_id IS NOT DISTINCT FROM k.party_id);
 IF found IS NOT NULL AND (found->>'stale')::boolean THEN
  UPDATE api_key SET last_used_at = now() WHERE id = (found->>'key')::bigint AND portal_id = (found->>'portal')::bigint;
 END IF;
 RETURN found;
END $$;
ALTER FUNCTION ctx.api_key OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.api_key FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.api_key TO p_app;
