"""Commands, which write records. Each first records the current wording of the case."""
