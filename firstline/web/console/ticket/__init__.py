"""A ticket's page in the console, and what its reader may do there."""
