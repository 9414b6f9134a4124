"""What can be learnt from a training set: one way of learning a file."""
