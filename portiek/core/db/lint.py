"""Look for holes in row security: each query must return no row. A merge gate and a check at every start."""

from __future__ import annotations

from typing import Any

QUERIES = {
    "table without forced row security or policy": """
        SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r','p') AND c.relnamespace = 'public'::regnamespace
        AND (has_table_privilege('p_party',c.oid,'SELECT') OR has_table_privilege('p_staff',c.oid,'SELECT') OR has_table_privilege('p_auth',c.oid,'SELECT') OR has_table_privilege('p_app',c.oid,'SELECT'))
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))""",
    "view that reads as its owner": """
        SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
        AND (c.relkind = 'm' OR c.relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY(c.reloptions), false))
        AND (has_table_privilege('p_party',c.oid,'SELECT') OR has_table_privilege('p_staff',c.oid,'SELECT') OR has_table_privilege('p_app',c.oid,'SELECT'))""",
    "definer function that bypasses, lacks a search_path or is open to all": """
        SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE p.prosecdef AND p.pronamespace <> 'pg_catalog'::regnamespace
        AND (r.rolsuper OR r.rolbypassrls OR NOT coalesce(array_to_string(p.proconfig,',') LIKE 'search_path=%%', false) OR p.proacl IS NULL
             OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))""",
    "function that reads the scope with the wrong volatility": """
        SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace <> 'pg_catalog'::regnamespace AND p.prosrc ILIKE '%%current_setting%%'
        AND (p.provolatile = 'i' OR p.prosrc ILIKE '%%pg_backend_pid%%' AND p.proparallel = 's')""",
    "foreign key without the party": """
        SELECT k.conrelid::regclass::text || '.' || k.conname FROM pg_constraint k WHERE k.contype = 'f'
        AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.confrelid AND a.attname = 'party_id')
        AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attname = 'party_id' AND a.attnum <> ALL(k.conkey))""",
    "foreign key without the portal": """
        SELECT k.conrelid::regclass::text || '.' || k.conname FROM pg_constraint k WHERE k.contype = 'f'
        AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.confrelid AND a.attname = 'portal_id')
        AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attname = 'portal_id' AND a.attnum <> ALL(k.conkey))""",
    "unique index without the tenant": """
        SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid AND c.relrowsecurity WHERE i.indisunique AND NOT i.indisprimary
        AND c.relname NOT IN ('parties_portal')
        AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attname IN ('portal_id','party_id') AND a.attnum = ANY(i.indkey))""",
    "the app's role inherits": "SELECT r FROM unnest('{p_party,p_staff,p_auth,p_system,p_fn,p_owner}'::text[]) r WHERE pg_has_role('p_app', r, 'USAGE')",
    "a role of ours is too strong": """
        SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'p\\_%%' AND rolname IN ('p_app','p_party','p_staff','p_auth','p_fn','p_owner','p_system','p_worker')
        AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)""",
    "function that forges or reads scopes is open": """
        SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.proname IN ('set_config','pg_stat_get_activity','pg_stat_get_backend_activity')
        AND has_function_privilege('p_app', p.oid, 'EXECUTE')""",
    "right that no person's role may have": """
        SELECT c.oid::regclass::text || ' ' || u || ' ' || x FROM pg_class c, unnest('{p_app,p_party,p_staff,p_auth}'::text[]) u, unnest('{TRUNCATE,TRIGGER,REFERENCES}'::text[]) x
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND has_table_privilege(u, c.oid, x)""",
    "the app may make tables": "SELECT 'p_app' WHERE has_database_privilege('p_app', current_database(), 'TEMP') OR has_schema_privilege('p_app','public','CREATE')",
    "policy for everyone, or scope read per row": """
        SELECT polrelid::regclass::text || '.' || polname FROM pg_policy WHERE 0 = ANY(polroles)
        OR regexp_replace(coalesce(pg_get_expr(polqual,polrelid),'') || ' ' || coalesce(pg_get_expr(polwithcheck,polrelid),''), '(?i)select ctx\\.', '', 'g') LIKE '%%ctx.%%'""",
    "tenant table not owned by p_owner": """
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity AND r.rolname <> 'p_owner'""",
}


def lint(connection: Any) -> list[str]:
    """Return each hole as one line, or an empty list."""
    found = []
    for what, query in QUERIES.items():
        found += [f"{what}: {row[0]}" for row in connection.execute(query.replace("%%", "%")).fetchall()]
    return found
