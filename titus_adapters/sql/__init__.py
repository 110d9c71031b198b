"""Tables, statements and mappers, written once for SQLite and PostgreSQL; one file per aggregate."""
