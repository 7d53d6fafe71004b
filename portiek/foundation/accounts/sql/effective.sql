-- What the portal withholds from all parties, from this kind or from this one.
CREATE OR REPLACE FUNCTION ctx.withheld(portal bigint, place bigint) RETURNS text[] LANGUAGE sql STABLE AS $$
 SELECT coalesce((SELECT array_agg(w) FROM public.parties_party o
  JOIN public.accounts_ceiling c ON c.portal_id = o.portal_id AND (c.party_id = o.id OR c.party_id IS NULL AND c.kind IN ('', o.kind)) CROSS JOIN unnest(c.withheld) w
  WHERE o.portal_id = $1 AND o.id = $2), '{}')
$$;
ALTER FUNCTION ctx.withheld OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.withheld FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.withheld TO p_party, p_staff;

-- What a person may do in one place (NULL: among the staff): the rights of his roles, less what the portal withholds from all parties, from this kind or from this one.
-- The one place that says so: for a request, an open stream, a key. Runs as the functions that ask it.
CREATE OR REPLACE FUNCTION ctx.rights_of(portal bigint, member bigint, place bigint) RETURNS text[] LANGUAGE sql STABLE AS $$
 SELECT coalesce(array_agg(DISTINCT x ORDER BY x), '{}') FROM public.accounts_membership m
 JOIN public.accounts_role r ON r.portal_id = m.portal_id AND r.id = m.role_id AND r.removed_at IS NULL
  AND r.audience = CASE WHEN $3 IS NULL THEN 'staff' ELSE 'party' END AND (r.owner_id IS NULL OR r.owner_id = $3)
 CROSS JOIN unnest(r.rights) x
 WHERE m.portal_id = $1 AND m.user_id = $2 AND m.is_active AND m.party_id IS NOT DISTINCT FROM $3
 -- A job ends a guest's place when his last day is over where the portal is; should it not run, he can do nothing from the next day on all the same.
 AND (m.until IS NULL OR m.until >= (now() AT TIME ZONE 'UTC')::date)
 AND regexp_replace(x, '\.(own|unit|company)$', '') <> ALL (coalesce((SELECT ctx.withheld($1, $3)), '{}'))
$$;
ALTER FUNCTION ctx.rights_of OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.rights_of FROM PUBLIC;
-- A company asks it of its own people, staff of everybody's ("Who can see this?"): it runs as who asks, so that row security shows no more than he sees anyway.
GRANT EXECUTE ON FUNCTION ctx.rights_of TO p_party, p_staff;

-- The same of everybody of one place at once, for lists of people: who is left without any right has no row.
CREATE OR REPLACE FUNCTION ctx.rights_in(portal bigint, place bigint) RETURNS TABLE (user_id bigint, rights text[]) LANGUAGE sql STABLE AS $$
 SELECT m.user_id, array_agg(DISTINCT x ORDER BY x) FROM public.accounts_membership m
 JOIN public.accounts_role r ON r.portal_id = m.portal_id AND r.id = m.role_id AND r.removed_at IS NULL
  AND r.audience = CASE WHEN $2 IS NULL THEN 'staff' ELSE 'party' END AND (r.owner_id IS NULL OR r.owner_id = $2)
 CROSS JOIN unnest(r.rights) x
 WHERE m.portal_id = $1 AND m.is_active AND m.party_id IS NOT DISTINCT FROM $2 AND (m.until IS NULL OR m.until >= (now() AT TIME ZONE 'UTC')::date)
 AND regexp_replace(x, '\.(own|unit|company)$', '') <> ALL (coalesce((SELECT ctx.withheld($1, $2)), '{}'))
 GROUP BY m.user_id
$$;
ALTER FUNCTION ctx.rights_in OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.rights_in FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.rights_in TO p_party, p_staff;

-- What somebody may do for another company on a mandate: what his roles at his own company give, as far as the mandate names it and the portal does not withhold it from the one he acts for.
-- His roles alone: a mandate of his own company is not passed on. For the functions of the gate.
CREATE OR REPLACE FUNCTION ctx.mandated(portal bigint, member bigint, mandate bigint) RETURNS text[] LANGUAGE sql STABLE AS $$
 SELECT coalesce(array_agg(x ORDER BY x), '{}') FROM (SELECT g.rights, ctx.rights_of($1, $2, g.agent_id) AS own, ctx.withheld($1, g.giver_id) AS kept FROM public.parties_relation g WHERE g.portal_id = $1 AND g.id = $3 OFFSET 0) g
 CROSS JOIN unnest(g.own) x CROSS JOIN regexp_replace(x, '\.(own|unit|company)$', '') bare WHERE bare = ANY (g.rights) AND bare <> ALL (g.kept)
$$;
ALTER FUNCTION ctx.mandated OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.mandated FROM PUBLIC;

-- Up to what somebody orders by himself there: per order, and per month, quarter or year. Of several places the highest holds; one without a limit has none.
CREATE OR REPLACE FUNCTION ctx.limits_of(portal bigint, member bigint, place bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
 SELECT jsonb_build_object(
  'order', CASE WHEN bool_or(coalesce(m.order_limit, r.order_limit) IS NULL) THEN NULL ELSE max(coalesce(m.order_limit, r.order_limit))::text END,
  'period', CASE WHEN bool_or(m.period_limit IS NULL) THEN NULL
   ELSE (array_agg(jsonb_build_array(m.period_limit::text, m.period) ORDER BY m.period_limit * CASE m.period WHEN 'month' THEN 12 WHEN 'quarter' THEN 4 ELSE 1 END DESC))[1] END)
 FROM public.accounts_membership m JOIN public.accounts_role r ON r.portal_id = m.portal_id AND r.id = m.role_id AND r.removed_at IS NULL AND (r.owner_id IS NULL OR r.owner_id = $3)
 WHERE m.portal_id = $1 AND m.user_id = $2 AND m.is_active AND m.party_id IS NOT DISTINCT FROM $3 AND 'order.place' = ANY (r.rights)
$$;
ALTER FUNCTION ctx.limits_of OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.limits_of FROM PUBLIC;

-- Whether somebody may act on a mandate now: it counts, and a role at the company that got it lets him. For the functions of the gate.
CREATE OR REPLACE FUNCTION ctx.may_use(g public.parties_relation, member bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
 SELECT CASE WHEN ctx.relation_stands(g) THEN 'mandate.use' = ANY (ctx.rights_of(g.portal_id, $2, g.agent_id)) ELSE false END
$$;
ALTER FUNCTION ctx.may_use OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.may_use FROM PUBLIC;

-- As whom a session acts now: its own user, or for a while somebody of a party, as long as the user behind it holds the right to.
-- `home`: where his roles are, which is another company when he acts on a mandate. No row when that no longer counts: nobody goes on as his own company without having chosen so.
DROP FUNCTION IF EXISTS ctx.acting(public.accounts_session);
CREATE FUNCTION ctx.acting(s public.accounts_session) RETURNS TABLE (user_id bigint, party_id bigint, along boolean, home_id bigint, mandate_id bigint) LANGUAGE sql STABLE AS $$
 SELECT CASE WHEN a.along THEN s.as_user_id ELSE s.user_id END, CASE WHEN a.along THEN s.as_party_id ELSE s.party_id END, a.along,
  CASE WHEN a.along THEN s.as_party_id WHEN s.mandate_id IS NULL THEN s.party_id ELSE g.agent_id END, g.id
 FROM (SELECT CASE WHEN s.mode IN ('look', 'act') AND s.mode_until > now() AND s.party_id IS NULL AND s.as_party_id IS NOT NULL
  THEN CASE s.mode WHEN 'look' THEN 'user.look_as' ELSE 'party.act_for' END = ANY (ctx.rights_of(s.portal_id, s.user_id, NULL)) ELSE false END AS along) a
 LEFT JOIN public.parties_relation g ON NOT a.along AND g.portal_id = s.portal_id AND g.id = s.mandate_id AND g.giver_id = s.party_id AND ctx.may_use(g, s.user_id)
 WHERE a.along OR s.mandate_id IS NULL OR g.id IS NOT NULL
$$;
ALTER FUNCTION ctx.acting OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.acting FROM PUBLIC;
