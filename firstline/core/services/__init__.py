"""The catalogue: services, categories, request forms, contracts and tiers."""
