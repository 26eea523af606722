"""Mail: letters out, and what comes in understood from its bytes."""
