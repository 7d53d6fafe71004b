DROP FUNCTION IF EXISTS ctx.api_key(text, bytea);
DROP FUNCTION IF EXISTS ctx.api_client(text, text, bytea);

-- Whether something may be used from an address: from everywhere where no network is named, else from those alone; an unknown address (NULL) is in none.
CREATE OR REPLACE FUNCTION ctx.is_within(address inet, networks varchar[]) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
 SELECT networks = '{}' OR EXISTS (SELECT FROM unnest(networks) n WHERE address <<= n::inet)
$$;
ALTER FUNCTION ctx.is_within OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.is_within FROM PUBLIC;

-- Whose key or token is this? Its rights are those it was given and its maker still has, below the ceiling of the portal. Used from where it may not be, it only says whose it is.
CREATE OR REPLACE FUNCTION ctx.api_key(host text, hash bytea, address inet) RETURNS jsonb LANGUAGE plpgsql VOLATILE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE found jsonb; BEGIN
 SELECT jsonb_build_object('key', k.id, 'portal', p.id, 'party', k.party_id, 'user', k.user_id, 'name', k.name, 'language', s->>'language',
   'rights', (SELECT coalesce(jsonb_agg(x), '[]') FROM unnest(k.rights) x WHERE s->'rights' ? x AND (c.asked IS NULL OR x = ANY(c.asked))), 'limits', s->'limits', 'units', s->'units', 'within', ctx.is_within($3, k.networks),
   'stale', k.last_used_at IS NULL OR k.last_used_at < now() - interval '5 minutes')
 INTO found
 FROM parties_portal p
 CROSS JOIN LATERAL (
  SELECT a.id, NULL::varchar[] AS asked FROM api_key a WHERE a.portal_id = p.id AND a.key_hash = hash AND a.kind = 'key'
  UNION ALL SELECT a.id, NULL FROM api_key a WHERE a.portal_id = p.id AND a.old_key_hash = hash AND a.old_until > now() AND a.kind = 'key'
  UNION ALL SELECT t.key_id, t.rights FROM api_token t WHERE t.portal_id = p.id AND t.token_hash = hash AND t.expires_at > now()) c
 JOIN api_key k ON k.portal_id = p.id AND k.id = c.id AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
 CROSS JOIN LATERAL ctx.standing_of(p.id, k.party_id, k.user_id) s
 WHERE p.host = $1 AND s IS NOT NULL;
 IF found IS NOT NULL AND (found->>'within')::boolean AND (found->>'stale')::boolean THEN
  UPDATE api_key SET last_used_at = now() WHERE id = (found->>'key')::bigint AND portal_id = (found->>'portal')::bigint;
 END IF;
 RETURN found;
END $$;
ALTER FUNCTION ctx.api_key OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.api_key FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.api_key TO p_app;

-- Whose client is this, by its id and the hash of its secret? For the door that gives tokens.
CREATE OR REPLACE FUNCTION ctx.api_client(host text, client text, hash bytea, address inet) RETURNS jsonb LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
 SELECT jsonb_build_object('key', k.id, 'portal', p.id, 'party', k.party_id, 'user', k.user_id, 'name', k.name, 'language', s->>'language',
   'rights', (SELECT coalesce(jsonb_agg(x), '[]') FROM unnest(k.rights) x WHERE s->'rights' ? x), 'limits', s->'limits', 'units', s->'units',
   'within', ctx.is_within(address, k.networks))
 FROM parties_portal p
 JOIN api_key k ON k.portal_id = p.id AND k.client_id = client AND k.kind = 'client' AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
  AND (k.key_hash = hash OR k.old_key_hash = hash AND k.old_until > now())
 CROSS JOIN LATERAL ctx.standing_of(p.id, k.party_id, k.user_id) s
 WHERE p.host = $1 AND s IS NOT NULL
$$;
ALTER FUNCTION ctx.api_client OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.api_client FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.api_client TO p_app;
