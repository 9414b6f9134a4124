"""What writes records: each first records the case as it is worded now."""
