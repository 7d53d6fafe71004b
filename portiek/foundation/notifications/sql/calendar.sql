-- Whose calendar is this, and where does he still come in? With each place as he stands there now; NULL when he comes in nowhere.
CREATE OR REPLACE FUNCTION ctx.calendar(of_portal bigint, hash bytea) RETURNS jsonb LANGUAGE plpgsql VOLATILE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE found jsonb; BEGIN
 SELECT jsonb_build_object('calendar', c.id, 'user', u.id, 'language', u.language, 'time_zone', coalesce(nullif(u.time_zone, ''), p.time_zone),
   'stale', c.last_used_at IS NULL OR c.last_used_at < now() - interval '5 minutes', 'places', jsonb_agg(jsonb_build_object('party', m.party_id, 'name', coalesce(o.name, p.name), 'standing', s) ORDER BY m.party_id))
 INTO found
 FROM parties_portal p
 JOIN notifications_calendar c ON c.portal_id = p.id AND c.token_hash = hash
 JOIN accounts_user u ON u.portal_id = p.id AND u.id = c.user_id
 CROSS JOIN LATERAL (SELECT DISTINCT a.party_id FROM accounts_membership a WHERE a.portal_id = p.id AND a.user_id = u.id AND a.is_active) m
 LEFT JOIN parties_party o ON o.portal_id = p.id AND o.id = m.party_id
 CROSS JOIN LATERAL ctx.standing_of(p.id, m.party_id, u.id) s
 WHERE p.id = of_portal AND s IS NOT NULL
 GROUP BY c.id, u.id, p.id;
 IF found IS NOT NULL AND (found->>'stale')::boolean THEN
  UPDATE notifications_calendar SET last_used_at = now() WHERE id = (found->>'calendar')::bigint AND portal_id = of_portal;
 END IF;
 RETURN found;
END $$;
ALTER FUNCTION ctx.calendar OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.calendar FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.calendar TO p_app;
