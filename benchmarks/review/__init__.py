"""Does the reviewer of answers find what is wrong, and leave alone what is right?"""
