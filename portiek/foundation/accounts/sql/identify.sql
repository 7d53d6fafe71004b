-- One question at the gate: which portal is this host, and whose is this session? Answers with one row of JSON.
CREATE OR REPLACE FUNCTION ctx.identify(host text, session bytea) RETURNS jsonb LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
 SELECT jsonb_build_object(
  'portal', jsonb_build_object('id', p.id, 'slug', p.slug, 'name', p.name, 'host', p.host, 'hue', p.hue, 'chroma', p.chroma, 'language', p.language, 'time_zone', p.time_zone,
    'address_form', p.address_form, 'email', p.email, 'phone', p.phone, 'currency', p.currency, 'rounding_mode', p.rounding_mode, 'tax_per', p.tax_per,
    'price_digits', p.price_digits, 'logo', p.logo),
  'member', (
   SELECT jsonb_build_object('session', s.id, 'created', extract(epoch FROM s.created_at), 'expires', extract(epoch FROM s.expires_at), 'user', u.id, 'name', u.name, 'email', u.email, 'language', u.language, 'time_zone', u.time_zone, 'mail_fails', u.mail_fails_since IS NOT NULL, 'party', s.party_id,
     'party_name', party.name, 'party_kind', party.kind,
     'units', (SELECT jsonb_agg(DISTINCT m.unit_id) FROM accounts_membership m WHERE m.portal_id = p.id AND m.user_id = u.id AND m.is_active AND m.party_id IS NOT DISTINCT FROM s.party_id),
     'limits', ctx.limits_of(p.id, u.id, s.party_id), 'rights', to_jsonb(ctx.rights_of(p.id, u.id, s.party_id)),
     'companies', (SELECT jsonb_agg(DISTINCT jsonb_build_object('id', o.party_id, 'name', coalesce(op.name, p.name)))
       FROM accounts_membership o LEFT JOIN parties_party op ON op.portal_id = p.id AND op.id = o.party_id
       WHERE o.portal_id = p.id AND o.user_id = u.id AND o.is_active AND (o.party_id IS NULL OR op.is_active)))
   FROM accounts_session s
   JOIN accounts_user u ON u.portal_id = p.id AND u.id = s.user_id AND u.is_active
   LEFT JOIN parties_party party ON party.portal_id = p.id AND party.id = s.party_id
   JOIN accounts_membership m ON m.portal_id = p.id AND m.user_id = u.id AND m.is_active AND m.party_id IS NOT DISTINCT FROM s.party_id
   JOIN accounts_role r ON r.portal_id = p.id AND r.id = m.role_id AND r.audience = CASE WHEN s.party_id IS NULL THEN 'staff' ELSE 'party' END
    AND r.removed_at IS NULL AND (r.owner_id IS NULL OR r.owner_id = s.party_id)
   WHERE s.token_hash = session AND s.portal_id = p.id AND s.ended_at IS NULL AND s.expires_at > now() AND (s.party_id IS NULL OR party.is_active)
   -- Who came with an account of elsewhere is in as long as that stands, and where its provider reaches.
   AND (s.identity_id IS NULL OR EXISTS (SELECT FROM accounts_identity i JOIN accounts_provider v ON v.portal_id = i.portal_id AND v.id = i.provider_id
     WHERE i.portal_id = p.id AND i.id = s.identity_id AND i.user_id = u.id AND i.ended_at IS NULL AND v.is_active AND (v.party_id IS NULL OR v.party_id = s.party_id)))
   GROUP BY s.id, s.party_id, u.id, party.id))
 FROM parties_portal p WHERE p.host = $1
$$;
ALTER FUNCTION ctx.identify OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.identify FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.identify TO p_app;

-- Which of these sessions still stand? Asked every few seconds for the open live streams of a process.
CREATE OR REPLACE FUNCTION ctx.standing(sessions bytea[]) RETURNS jsonb LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
 SELECT coalesce(jsonb_agg(jsonb_build_array(encode(s.token_hash, 'hex'), s.portal_id, s.party_id, s.user_id,
   md5(ctx.rights_of(s.portal_id, s.user_id, s.party_id)::text || ctx.limits_of(s.portal_id, s.user_id, s.party_id)::text))), '[]')
 FROM accounts_session s JOIN accounts_user u ON u.id = s.user_id AND u.portal_id = s.portal_id AND u.is_active
 WHERE s.token_hash = ANY(sessions) AND s.ended_at IS NULL AND s.expires_at > now()
 AND (s.party_id IS NULL OR EXISTS (SELECT FROM parties_party o WHERE o.portal_id = s.portal_id AND o.id = s.party_id AND o.is_active))
 AND (s.identity_id IS NULL OR EXISTS (SELECT FROM accounts_identity i JOIN accounts_provider v ON v.portal_id = i.portal_id AND v.id = i.provider_id
   WHERE i.portal_id = s.portal_id AND i.id = s.identity_id AND i.ended_at IS NULL AND v.is_active AND (v.party_id IS NULL OR v.party_id = s.party_id)))
 AND EXISTS (SELECT FROM accounts_membership m WHERE m.portal_id = s.portal_id AND m.user_id = s.user_id AND m.is_active AND m.party_id IS NOT DISTINCT FROM s.party_id)
$$;
ALTER FUNCTION ctx.standing OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.standing FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.standing TO p_app;

-- The portals of the installation, for what runs by the clock.
CREATE OR REPLACE FUNCTION ctx.portals() RETURNS jsonb LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ SELECT coalesce(jsonb_agg(jsonb_build_array(id, language, host) ORDER BY id), '[]') FROM parties_portal $$;
ALTER FUNCTION ctx.portals OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.portals FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.portals TO p_app, p_system;
