-- Which devices of a person may hear of this company now (NULL: of the portal's own matters): their sessions stand, could act for it, and came in where its provider reaches. Asked by the portal at the moment of sending.
CREATE OR REPLACE FUNCTION ctx.devices_of(member bigint, place bigint) RETURNS SETOF bigint LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
 SELECT d.id FROM notifications_device d
 JOIN accounts_user u ON u.portal_id = d.portal_id AND u.id = d.user_id AND u.is_active
 JOIN accounts_session s ON s.portal_id = d.portal_id AND s.id = d.session_id AND s.user_id = d.user_id AND s.ended_at IS NULL AND s.expires_at > now()
 WHERE d.portal_id = (SELECT ctx.claim(1, 'staff')) AND d.user_id = member AND ctx.admitted(d.portal_id, place, d.user_id, s.way, s.strong, s.identity_id)
 AND (s.identity_id IS NULL OR EXISTS (SELECT FROM accounts_identity i JOIN accounts_provider v ON v.portal_id = i.portal_id AND v.id = i.provider_id
  WHERE i.portal_id = s.portal_id AND i.id = s.identity_id AND i.user_id = d.user_id AND i.ended_at IS NULL AND v.is_active AND (v.party_id IS NULL OR v.party_id = place)))
$$;
ALTER FUNCTION ctx.devices_of OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.devices_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.devices_of TO p_staff;

-- The devices of a portal whose sessions no longer stand: nothing goes to them any more.
CREATE OR REPLACE FUNCTION ctx.left_devices() RETURNS SETOF bigint LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
 SELECT d.id FROM notifications_device d WHERE d.portal_id = (SELECT ctx.claim(1, 'staff'))
 AND NOT EXISTS (SELECT FROM accounts_session s WHERE s.portal_id = d.portal_id AND s.id = d.session_id AND s.user_id = d.user_id AND s.ended_at IS NULL AND s.expires_at > now())
$$;
ALTER FUNCTION ctx.left_devices OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.left_devices FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.left_devices TO p_staff;
