"""Who is there and who takes what: presence, change of shift, inheritance, and giving work out."""
