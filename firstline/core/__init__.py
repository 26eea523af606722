"""What a service desk is: tables, reads, rules, arithmetic."""
