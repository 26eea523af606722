"""Everything that can happen: the only domain code that writes.

What happens to a ticket stands here, one file a subject; what belongs together beyond it has a room: `setup` a desk
made ready, `duty` who is there and takes what, `incidents` one cause that hits many, `mail` what comes of a letter.
"""
