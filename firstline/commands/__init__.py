"""Everything that can happen: the only domain code that writes."""
