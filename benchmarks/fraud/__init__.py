"""The fraud system on four months of card transactions: speed, equality with the file, quality week by week."""
