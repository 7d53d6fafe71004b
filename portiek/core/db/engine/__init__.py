"""Django's PostgreSQL engine, with the scope on every transaction."""
