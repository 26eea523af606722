"""Motion: what happens after a commit, on time, without anyone asking."""
