"""History of another desk, read from an event log: one row for each change of each case.

A map (maps/*.json, or a file of one's own) says which columns mean what; parse.py turns rows into cases
without touching anything; driver.py reads the file and hands the cases to the command that writes them.
"""
