"""Major incidents: declared or proposed by a burst, told to all who are hit, solved with their parts."""
