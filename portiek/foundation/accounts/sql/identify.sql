-- Does what a session showed at the log-in meet every policy that holds for it today: the portal's, and that of the company it acts for?
-- A provider alone: the portal's choice stands above a company's, and a company's concerns its own people, not who acts for it on a mandate. `emergency`: a named administrator of the staff comes in without.
DROP FUNCTION IF EXISTS ctx.admitted(bigint, bigint, bigint, text, boolean);
CREATE OR REPLACE FUNCTION ctx.admitted(portal bigint, party bigint, person bigint, way text, strong boolean, identity bigint) RETURNS boolean LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
 WITH manages AS (SELECT EXISTS (SELECT FROM accounts_membership m JOIN accounts_role r ON r.portal_id = m.portal_id AND r.id = m.role_id WHERE m.portal_id = $1 AND m.user_id = $3 AND m.is_active
   AND m.party_id IS NOT DISTINCT FROM $2 AND CASE WHEN $2 IS NULL THEN 'portal.manage' ELSE 'user.manage' END = ANY(r.rights)) AS held)
 SELECT ($5 OR NOT coalesce(a.asks, false)) AND CASE
  WHEN $4 = 'emergency' THEN $2 IS NULL AND EXISTS (SELECT FROM accounts_emergency_access x WHERE x.portal_id = $1 AND x.user_id = $3) AND (SELECT held FROM manages)
  -- A company's own purchasing system proved itself; its session fills a cart and nothing else.
  WHEN $4 = 'punchout' THEN true
  WHEN a.provider IS NOT NULL THEN EXISTS (SELECT FROM accounts_identity i WHERE i.portal_id = $1 AND i.id = $6 AND i.provider_id = a.provider)
  ELSE NOT ($4 IN ('code', 'password', 'passkey') AND coalesce(a.closed, false)) END
 FROM (SELECT bool_or(NOT $4 = ANY(l.ways)) AS closed, (array_agg(l.provider_id ORDER BY l.party_id NULLS FIRST) FILTER (WHERE l.provider_id IS NOT NULL
    AND (l.party_id IS NULL OR EXISTS (SELECT FROM accounts_membership m WHERE m.portal_id = $1 AND m.party_id = l.party_id AND m.user_id = $3 AND m.is_active))))[1] AS provider,
   bool_or(NOT $5 AND (l.since IS NULL OR l.since <= (now() AT TIME ZONE 'UTC')::date) AND (l.second_step = 'everybody' OR (l.second_step = 'managers' AND (SELECT held FROM manages)))) AS asks
  FROM accounts_login_policy l WHERE l.portal_id = $1 AND (l.party_id = $2 OR (l.party_id IS NULL AND l.audience = CASE WHEN $2 IS NULL THEN 'staff' ELSE 'party' END))) a
$$;
ALTER FUNCTION ctx.admitted OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.admitted FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.admitted TO p_fn;

-- One question at the gate: which portal is this host, and whose is this session? Answers with one row of JSON.
CREATE OR REPLACE FUNCTION ctx.identify(host text, session bytea) RETURNS jsonb LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
 SELECT jsonb_build_object(
  'portal', jsonb_build_object('id', p.id, 'slug', p.slug, 'name', p.name, 'host', p.host, 'hue', p.hue, 'chroma', p.chroma, 'language', p.language, 'time_zone', p.time_zone,
    'address_form', p.address_form, 'email', p.email, 'phone', p.phone, 'currency', p.currency, 'rounding_mode', p.rounding_mode, 'tax_per', p.tax_per,
    'price_digits', p.price_digits, 'logo', p.logo),
  'member', (
   SELECT jsonb_build_object('session', s.id, 'created', extract(epoch FROM s.created_at), 'expires', extract(epoch FROM s.expires_at), 'user', u.id, 'name', u.name, 'email', u.email, 'language', u.language, 'time_zone', u.time_zone, 'mail_fails', u.mail_fails_since IS NOT NULL, 'party', e.party_id,
     'mode', CASE WHEN e.along OR s.mode = 'shop' OR s.mode = 'role' AND s.mode_until > now() THEN s.mode ELSE '' END, 'until', extract(epoch FROM s.mode_until), 'mode_name', s.mode_name, 'as_rights', to_jsonb(s.as_rights),
     'by', o.id, 'by_name', o.name, 'by_language', o.language, 'reason', s.reason,
     'party_name', party.name, 'party_kind', party.kind,
     'mandate', (SELECT jsonb_build_object('id', g.id, 'from', g.agent_id, 'from_name', a.name, 'until', g.ends_on) FROM parties_relation g JOIN parties_party a ON a.portal_id = p.id AND a.id = g.agent_id WHERE g.portal_id = p.id AND g.id = e.mandate_id),
     'units', (SELECT jsonb_agg(DISTINCT m.unit_id) FROM accounts_membership m WHERE e.mandate_id IS NULL AND m.portal_id = p.id AND m.user_id = u.id AND m.is_active AND m.party_id IS NOT DISTINCT FROM e.party_id),
     'limits', ctx.limits_of(p.id, u.id, e.home_id),
     'rights', to_jsonb(CASE WHEN e.mandate_id IS NULL THEN ctx.rights_of(p.id, u.id, e.party_id) ELSE ctx.mandated(p.id, u.id, e.mandate_id) END),
     -- Whom he may act for on a mandate: of each company of his whether he may at all is asked once.
     'mandates', (SELECT jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'party', f.giver_id)) FROM (SELECT g.id, gp.name, g.giver_id
       FROM (SELECT DISTINCT o.party_id FROM accounts_membership o WHERE o.portal_id = p.id AND o.user_id = u.id AND o.is_active AND o.party_id IS NOT NULL AND NOT e.along
        AND EXISTS (SELECT FROM parties_relation x WHERE x.agent_id = o.party_id AND x.portal_id = p.id AND x.confirmed_at IS NOT NULL AND x.ended_at IS NULL) OFFSET 0) own
       JOIN parties_relation g ON g.portal_id = p.id AND g.agent_id = own.party_id AND ctx.relation_stands(g) JOIN parties_party gp ON gp.portal_id = p.id AND gp.id = g.giver_id
       WHERE 'mandate.use' = ANY (ctx.rights_of(p.id, u.id, own.party_id)) AND NOT EXISTS (SELECT FROM accounts_membership o WHERE o.portal_id = p.id AND o.user_id = u.id AND o.is_active AND o.party_id = g.giver_id)
       ORDER BY gp.name, g.id LIMIT 50) f),
     'companies', (SELECT jsonb_agg(DISTINCT jsonb_build_object('id', o.party_id, 'name', coalesce(op.name, p.name)))
       FROM accounts_membership o LEFT JOIN parties_party op ON op.portal_id = p.id AND op.id = o.party_id
       WHERE o.portal_id = p.id AND o.user_id = u.id AND o.is_active AND (o.party_id IS NULL OR op.is_active) AND (NOT e.along OR o.party_id = e.party_id)))
   FROM accounts_session s
   JOIN accounts_user o ON o.portal_id = p.id AND o.id = s.user_id AND o.is_active
   CROSS JOIN LATERAL ctx.acting(s) e
   JOIN accounts_user u ON u.portal_id = p.id AND u.id = e.user_id AND u.is_active
   LEFT JOIN parties_party party ON party.portal_id = p.id AND party.id = e.party_id
   JOIN accounts_membership m ON m.portal_id = p.id AND m.user_id = u.id AND m.is_active AND m.party_id IS NOT DISTINCT FROM e.home_id
   JOIN accounts_role r ON r.portal_id = p.id AND r.id = m.role_id AND r.audience = CASE WHEN e.party_id IS NULL THEN 'staff' ELSE 'party' END
    AND r.removed_at IS NULL AND (r.owner_id IS NULL OR r.owner_id = e.home_id)
   WHERE s.token_hash = session AND s.portal_id = p.id AND s.ended_at IS NULL AND s.expires_at > now() AND (e.party_id IS NULL OR party.is_active)
   -- What a purchasing system opened is that or nothing, whatever becomes of its mode.
   AND (s.mode = 'shop') = (s.way = 'punchout')
   -- Who came with an account of elsewhere is in as long as that stands, and where its provider reaches.
   AND (s.identity_id IS NULL OR EXISTS (SELECT FROM accounts_identity i JOIN accounts_provider v ON v.portal_id = i.portal_id AND v.id = i.provider_id
     WHERE i.portal_id = p.id AND i.id = s.identity_id AND i.user_id = o.id AND i.ended_at IS NULL AND v.is_active AND (v.party_id IS NULL OR v.party_id = CASE WHEN e.mandate_id IS NULL THEN s.party_id ELSE e.home_id END)))
   -- On a mandate both companies say what a log-in has to show.
   AND ctx.admitted(p.id, s.party_id, o.id, s.way, s.strong, s.identity_id) AND (e.mandate_id IS NULL OR ctx.admitted(p.id, e.home_id, o.id, s.way, s.strong, s.identity_id))
   GROUP BY s.id, e.party_id, e.along, e.home_id, e.mandate_id, o.id, u.id, party.id))
 FROM parties_portal p WHERE p.host = $1
$$;
ALTER FUNCTION ctx.identify OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.identify FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.identify TO p_app;

-- Which of these sessions still stand? Asked every few seconds for the open live streams of a process.
CREATE OR REPLACE FUNCTION ctx.standing(sessions bytea[]) RETURNS jsonb LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
 SELECT coalesce(jsonb_agg(jsonb_build_array(encode(s.token_hash, 'hex'), s.portal_id, e.party_id, e.user_id,
   md5((CASE WHEN e.mandate_id IS NULL THEN ctx.rights_of(s.portal_id, e.user_id, e.party_id) ELSE ctx.mandated(s.portal_id, e.user_id, e.mandate_id) END)::text || ctx.limits_of(s.portal_id, e.user_id, e.home_id)::text || s.as_rights::text))), '[]')
 FROM accounts_session s JOIN accounts_user o ON o.id = s.user_id AND o.portal_id = s.portal_id AND o.is_active
 CROSS JOIN LATERAL ctx.acting(s) e JOIN accounts_user u ON u.id = e.user_id AND u.portal_id = s.portal_id AND u.is_active
 WHERE s.token_hash = ANY(sessions) AND s.ended_at IS NULL AND s.expires_at > now() AND ctx.admitted(s.portal_id, s.party_id, s.user_id, s.way, s.strong, s.identity_id)
 AND (e.mandate_id IS NULL OR ctx.admitted(s.portal_id, e.home_id, s.user_id, s.way, s.strong, s.identity_id))
 AND (e.party_id IS NULL OR EXISTS (SELECT FROM parties_party c WHERE c.portal_id = s.portal_id AND c.id = e.party_id AND c.is_active))
 AND (s.identity_id IS NULL OR EXISTS (SELECT FROM accounts_identity i JOIN accounts_provider v ON v.portal_id = i.portal_id AND v.id = i.provider_id
   WHERE i.portal_id = s.portal_id AND i.id = s.identity_id AND i.ended_at IS NULL AND v.is_active AND (v.party_id IS NULL OR v.party_id = CASE WHEN e.mandate_id IS NULL THEN s.party_id ELSE e.home_id END)))
 AND EXISTS (SELECT FROM accounts_membership m WHERE m.portal_id = s.portal_id AND m.user_id = e.user_id AND m.is_active AND m.party_id IS NOT DISTINCT FROM e.home_id)
$$;
ALTER FUNCTION ctx.standing OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.standing FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.standing TO p_app;

-- Why a session cannot go on to act on a mandate: "none" when it does not count for this person (or was never there), "reach" when he came in through a provider of another company, "asks-more" when
-- one of both companies asks more at the log-in; '' when it can. Asked at the gate; each request asks again.
CREATE OR REPLACE FUNCTION ctx.why_not_act(hash bytea, mandate bigint) RETURNS text LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
 SELECT coalesce((SELECT CASE
   WHEN NOT ctx.may_use(g, s.user_id) OR EXISTS (SELECT FROM accounts_membership m WHERE m.portal_id = s.portal_id AND m.user_id = s.user_id AND m.is_active AND m.party_id = g.giver_id) THEN 'none'
   WHEN s.identity_id IS NOT NULL AND NOT EXISTS (SELECT FROM accounts_identity i JOIN accounts_provider v ON v.portal_id = i.portal_id AND v.id = i.provider_id
    WHERE i.portal_id = s.portal_id AND i.id = s.identity_id AND i.ended_at IS NULL AND v.is_active AND (v.party_id IS NULL AND v.audience <> 'staff' OR v.party_id = g.agent_id)) THEN 'reach'
   WHEN NOT (ctx.admitted(s.portal_id, g.giver_id, s.user_id, s.way, s.strong, s.identity_id) AND ctx.admitted(s.portal_id, g.agent_id, s.user_id, s.way, s.strong, s.identity_id)) THEN 'asks-more' ELSE '' END
  FROM accounts_session s JOIN parties_relation g ON g.portal_id = s.portal_id AND g.id = mandate
  WHERE s.portal_id = (SELECT ctx.claim(1, 'auth')) AND s.token_hash = hash AND s.ended_at IS NULL AND s.expires_at > now()), 'none')
$$;
ALTER FUNCTION ctx.why_not_act OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.why_not_act FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.why_not_act TO p_auth;

-- Who acts for a company on a mandate now, with what he may do there: for the page that says who sees what. Of one's own company; staff of any of their portal.
CREATE OR REPLACE FUNCTION ctx.mandated_people(place bigint) RETURNS TABLE (user_id bigint, name text, company text, rights text[], mandate_id bigint, kind text, ends_on date) LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
 SELECT u.id, u.name, a.name, ctx.mandated(g.portal_id, u.id, g.id), g.id, g.kind, g.ends_on FROM parties_relation g
 JOIN parties_party a ON a.portal_id = g.portal_id AND a.id = g.agent_id
 CROSS JOIN LATERAL (SELECT DISTINCT m.user_id FROM accounts_membership m WHERE m.portal_id = g.portal_id AND m.party_id = g.agent_id AND m.is_active) m
 JOIN accounts_user u ON u.portal_id = g.portal_id AND u.id = m.user_id AND u.is_active
 WHERE g.portal_id = ctx.claim(1, 'any') AND g.giver_id = place AND ctx.claim(2, 'any') IN (0, place) AND ctx.may_use(g, u.id)
 AND NOT EXISTS (SELECT FROM accounts_membership o WHERE o.portal_id = g.portal_id AND o.user_id = u.id AND o.is_active AND o.party_id = place)
 ORDER BY a.name, u.name, u.id LIMIT 200
$$;
ALTER FUNCTION ctx.mandated_people OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.mandated_people FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.mandated_people TO p_party, p_staff;

-- The portals of the installation, for what runs by the clock.
CREATE OR REPLACE FUNCTION ctx.portals() RETURNS jsonb LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ SELECT coalesce(jsonb_agg(jsonb_build_array(id, language, host) ORDER BY id), '[]') FROM parties_portal $$;
ALTER FUNCTION ctx.portals OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.portals FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.portals TO p_app, p_system;
