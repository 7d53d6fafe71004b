-- Sessions in a company that becomes part of another one, or of which a part becomes a company: whose places went goes on there, and who looks along in it is himself again.
-- Believes no caller: only while a merge or split that staff asked for is being carried out, and only for who has a place there and none here.
CREATE OR REPLACE FUNCTION ctx.follow_sessions(source bigint, target bigint) RETURNS void LANGUAGE plpgsql VOLATILE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE of_portal bigint := ctx.claim(1, 'staff'); BEGIN
 IF NOT EXISTS (SELECT FROM parties_merge g WHERE g.portal_id = of_portal AND g.source_id = source AND g.target_id = target AND g.state = 'running') THEN RETURN; END IF;
 UPDATE accounts_session s SET mode = '', mode_until = NULL, mode_name = '', mode_back = '', as_user_id = NULL, as_party_id = NULL, as_rights = '{}', reason = ''
  WHERE s.portal_id = of_portal AND s.as_party_id = source
  AND NOT EXISTS (SELECT FROM accounts_membership m WHERE m.portal_id = of_portal AND m.party_id = source AND m.user_id = s.as_user_id AND m.is_active);
 UPDATE accounts_session s SET party_id = target, mode = '', mode_until = NULL, mode_name = '', mode_back = '', as_rights = '{}'
  WHERE s.portal_id = of_portal AND s.party_id = source AND s.mandate_id IS NULL AND s.ended_at IS NULL
  AND EXISTS (SELECT FROM accounts_membership m WHERE m.portal_id = of_portal AND m.party_id = target AND m.user_id = s.user_id AND m.is_active)
  AND NOT EXISTS (SELECT FROM accounts_membership m WHERE m.portal_id = of_portal AND m.party_id = source AND m.user_id = s.user_id AND m.is_active);
END $$;
ALTER FUNCTION ctx.follow_sessions OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.follow_sessions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.follow_sessions TO p_staff;
