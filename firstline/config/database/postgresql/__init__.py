"""Django's PostgreSQL back end, and statements that the server keeps ready."""
