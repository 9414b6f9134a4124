"""The learners of the fraud system, one in each file."""
