"""Mail that came back: from a report, as servers word it, to who did not get it and why."""
