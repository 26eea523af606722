"""Articles in several languages for requesters and for lines."""
