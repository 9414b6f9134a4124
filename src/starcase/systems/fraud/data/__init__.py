"""Reading a transaction file: columns, order, money, labels."""
