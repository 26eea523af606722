"""Major incidents: many tickets with one cause, one person who commands, one word to all who are hit."""
