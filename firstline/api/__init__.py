"""JSON over the same commands as the pages: /api/v1, described at /api/v1/openapi.json."""
