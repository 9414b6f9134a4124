"""How the code is named and cut into files, beside five peers read by the same rules."""
