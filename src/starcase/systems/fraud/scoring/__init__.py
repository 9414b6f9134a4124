"""What turns one row of features into one number, the same alone as among many."""
