-- Whether a mandate counts today, in the time of its portal: confirmed, not ended, within its days, both companies open. It ends by itself: nothing has to run for that.
CREATE OR REPLACE FUNCTION ctx.relation_stands(g public.parties_relation) RETURNS boolean LANGUAGE sql STABLE AS $$
 SELECT g.confirmed_at IS NOT NULL AND g.ended_at IS NULL AND EXISTS (
  SELECT FROM public.parties_portal p JOIN public.parties_party f ON f.portal_id = p.id AND f.id = g.giver_id AND f.is_active JOIN public.parties_party t ON t.portal_id = p.id AND t.id = g.agent_id AND t.is_active
  WHERE p.id = g.portal_id AND (now() AT TIME ZONE p.time_zone)::date BETWEEN g.starts_on AND coalesce(g.ends_on, 'infinity'::date))
$$;
ALTER FUNCTION ctx.relation_stands OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.relation_stands FROM PUBLIC;

-- What a party may change of a mandate that it did not write: confirm what the other side asked, end what it is a side of. One statement, so that of two at once one comes too late.
CREATE OR REPLACE FUNCTION ctx.settle_relation(key bigint, deed text, by_name text) RETURNS boolean LANGUAGE plpgsql VOLATILE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE of_portal bigint := ctx.claim(1, 'party'); own bigint := ctx.claim(2, 'party'); BEGIN
 IF deed = 'confirm' THEN
  UPDATE parties_relation r SET confirmed_at = now(), confirmed_name = left(by_name, 120),
   giver_name = (SELECT name FROM parties_party o WHERE o.portal_id = r.portal_id AND o.id = r.giver_id), agent_name = (SELECT name FROM parties_party o WHERE o.portal_id = r.portal_id AND o.id = r.agent_id)
  WHERE r.id = key AND r.portal_id = of_portal AND r.asker_id <> own AND own IN (r.giver_id, r.agent_id) AND r.giver_id IS NOT NULL AND r.agent_id IS NOT NULL AND r.confirmed_at IS NULL AND r.ended_at IS NULL;
 ELSIF deed = 'end' THEN
  UPDATE parties_relation r SET ended_at = now(), ended_name = left(by_name, 120) WHERE r.id = key AND r.portal_id = of_portal AND own IN (r.giver_id, r.agent_id) AND r.ended_at IS NULL;
 ELSE RETURN false; END IF;
 RETURN FOUND;
END $$;
ALTER FUNCTION ctx.settle_relation OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.settle_relation FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.settle_relation TO p_party;

-- What was done under a mandate, for both its sides: the agent's own people did it, in a company whose rows it does not see. Last first.
CREATE OR REPLACE FUNCTION ctx.done_under(key bigint, most int) RETURNS SETOF public.core_fact LANGUAGE sql STABLE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
 SELECT f.* FROM parties_relation r JOIN core_fact f ON f.portal_id = r.portal_id AND f.mandate_id = r.id
 WHERE r.id = key AND r.portal_id = ctx.claim(1, 'any') AND (ctx.claim(2, 'any') IN (0, r.giver_id, r.agent_id)) ORDER BY f.id DESC LIMIT least(most, 200)
$$;
ALTER FUNCTION ctx.done_under OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.done_under FROM PUBLIC;
-- The gate, whose party is 0 too, asks nothing of it.
GRANT EXECUTE ON FUNCTION ctx.done_under TO p_party, p_staff;
