"""Who answers for a ticket and who works on it: steward, holdings, tasks, the queue."""
