"""Who is on duty and what they can take: shifts, absences, abilities, and how each team gets its work."""
