"""What requesters said of the help they got."""
