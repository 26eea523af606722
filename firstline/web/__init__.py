"""Pages: the requesters' portal and the operators' console."""
