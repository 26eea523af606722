"""Which steps of a service's instruction were done on a ticket, by whom and when."""
