"""What a desk decides about mail beforehand: filters, blocked senders, and the words of its notices."""
