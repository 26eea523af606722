"""Work owed after a commit: claimed, leased, retried, parked."""
