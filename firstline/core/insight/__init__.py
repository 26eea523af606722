"""Read-only figures across the others."""
