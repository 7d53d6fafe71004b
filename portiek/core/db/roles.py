"""The database's roles: one that owns, one that logs in without any right, one for each kind of person.

Made by the user of DATABASE_URL, who must be a superuser or have CREATEROLE and BYPASSRLS.
"""

from __future__ import annotations

from typing import Any

from psycopg import sql

NOLOGIN = ("p_owner", "p_fn", "p_party", "p_staff", "p_auth", "p_system")
LOGIN = ("p_app", "p_worker")


def install_roles(connection: Any, passwords: dict[str, str], database: str) -> None:
    """Make or repair the roles and the rights of the database. Idempotent; safe when several databases share the cluster."""

    def run(statement: str, **names: str) -> None:
        connection.execute(sql.SQL(statement).format(**{key: sql.Identifier(value) for key, value in names.items()}))

    with connection.transaction():
        # Several test databases may be made at once; roles belong to the whole cluster.
        connection.execute("SELECT pg_advisory_xact_lock(7310211)")
        for role in NOLOGIN + LOGIN:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                run("CREATE ROLE {role} NOLOGIN NOINHERIT", role=role)
        for role in LOGIN:
            connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(passwords[role])))
        run("ALTER ROLE {role} INHERIT", role="p_worker")
        run("ALTER ROLE {role} SET timezone = 'UTC'", role="p_app")
        new = connection.info.server_version >= 160000
        for role in ("p_party", "p_staff", "p_auth"):
            run("GRANT {role} TO {app}" + (" WITH INHERIT FALSE, SET TRUE" if new else ""), role=role, app="p_app")
        run("GRANT {role} TO {worker}" + (" WITH INHERIT TRUE" if new else ""), role="p_system", worker="p_worker")
        run("REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC", database=database)
        run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.execute("REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC")
        connection.execute("REVOKE EXECUTE ON FUNCTION pg_catalog.pg_stat_get_activity(int) FROM PUBLIC")
        connection.execute("REVOKE EXECUTE ON FUNCTION pg_catalog.pg_stat_get_backend_activity(int) FROM PUBLIC")
