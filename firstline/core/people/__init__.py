"""Persons and how to reach them, organisations, teams, sites, desks, and who may see what."""
