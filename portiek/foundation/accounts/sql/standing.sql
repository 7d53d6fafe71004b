-- What somebody who is not there himself may do in a company now (NULL: among the staff), for a key, a webhook or a calendar of his; NULL when he no longer comes in. For the functions of the gate alone.
CREATE OR REPLACE FUNCTION ctx.standing_of(of_portal bigint, of_party bigint, person bigint) RETURNS jsonb LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
 SELECT jsonb_build_object('name', u.name, 'language', u.language, 'rights', to_jsonb(coalesce(ctx.rights_of(of_portal, person, of_party), '{}')), 'units', jsonb_agg(DISTINCT m.unit_id),
   'limits', ctx.limits_of(of_portal, person, of_party))
 FROM accounts_user u
 JOIN accounts_membership m ON m.portal_id = u.portal_id AND m.user_id = u.id AND m.is_active AND m.party_id IS NOT DISTINCT FROM of_party
 JOIN accounts_role r ON r.portal_id = m.portal_id AND r.id = m.role_id AND r.audience = CASE WHEN of_party IS NULL THEN 'staff' ELSE 'party' END
  AND r.removed_at IS NULL AND (r.owner_id IS NULL OR r.owner_id = of_party)
 WHERE u.portal_id = of_portal AND u.id = person AND u.is_active
 AND (of_party IS NULL OR EXISTS (SELECT FROM parties_party o WHERE o.portal_id = of_portal AND o.id = of_party AND o.is_active))
 GROUP BY u.id
$$;
ALTER FUNCTION ctx.standing_of OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.standing_of FROM PUBLIC;

-- The same, for the portal itself when it does something in the name of somebody who is not there.
CREATE OR REPLACE FUNCTION ctx.maker(of_party bigint, person bigint) RETURNS jsonb LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ SELECT ctx.standing_of((SELECT ctx.claim(1, 'staff')), of_party, person) $$;
ALTER FUNCTION ctx.maker OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.maker FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.maker TO p_staff;
