-- Functions that read the signed scope. Owned by p_fn, in a schema of their own; re-applied after each migration.
CREATE SCHEMA IF NOT EXISTS ctx;
CREATE TABLE IF NOT EXISTS ctx.secret (k bytea NOT NULL);
ALTER SCHEMA ctx OWNER TO p_fn;
ALTER TABLE ctx.secret OWNER TO p_fn;
REVOKE ALL ON ctx.secret FROM PUBLIC;
GRANT USAGE ON SCHEMA ctx TO p_party, p_staff, p_auth, p_system, p_app;

CREATE OR REPLACE FUNCTION ctx.claim(n int, need text) RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE p text[] := string_to_array(current_setting('portiek.ctx'), '.'); k bytea; BEGIN
 SELECT s.k INTO STRICT k FROM ctx.secret s;
 IF cardinality(p) IS DISTINCT FROM 6 OR (need <> 'any' AND p[3] IS DISTINCT FROM need) OR p[5]::bigint < extract(epoch FROM now())
  OR p[6] IS DISTINCT FROM encode(sha256(k||sha256(k||convert_to(concat_ws('.',p[1],p[2],p[3],p[4],pg_backend_pid(),p[5]),'UTF8'))),'hex')
 THEN RAISE EXCEPTION 'invalid scope' USING ERRCODE = '42501'; END IF; RETURN p[n]; END $$;
ALTER FUNCTION ctx.claim OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.claim FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.claim TO p_party, p_staff, p_auth;

-- A job carries the portal of the transaction that defers it, not what its sender says.
-- One whose like waits already is not queued again: what somebody asks for twice is done once.
CREATE OR REPLACE FUNCTION ctx.defer(jobs jsonb) RETURNS void LANGUAGE plpgsql VOLATILE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE wanted public.procrastinate_job_to_defer_v1[]; BEGIN
 SELECT array_agg(ROW(j->>'queue', j->>'task', (j->>'priority')::int, j->>'lock', j->>'queueing_lock',
   (j->'args') || jsonb_build_object('portal', ctx.claim(1, 'any')), (j->>'at')::timestamptz)::public.procrastinate_job_to_defer_v1) INTO wanted
 FROM jsonb_array_elements(jobs) j
 WHERE j->>'queueing_lock' IS NULL OR NOT EXISTS (SELECT FROM public.procrastinate_jobs q WHERE q.queueing_lock = j->>'queueing_lock' AND q.status = 'todo');
 IF wanted IS NOT NULL THEN PERFORM public.procrastinate_defer_jobs_v1(wanted); END IF;
END $$;
ALTER FUNCTION ctx.defer OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.defer FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.defer TO p_party, p_staff, p_auth;

-- A fact says that it is there when its transaction commits: ids and names only.
CREATE OR REPLACE FUNCTION ctx.tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
 PERFORM pg_notify('portiek', json_build_object('id', NEW.id, 'portal', NEW.portal_id, 'party', NEW.party_id, 'name', NEW.name, 'subject', NEW.subject)::text);
 RETURN NULL;
END $$;
ALTER FUNCTION ctx.tell OWNER TO p_fn;
DROP TRIGGER IF EXISTS tell ON core_fact;
CREATE TRIGGER tell AFTER INSERT ON core_fact FOR EACH ROW EXECUTE FUNCTION ctx.tell();
