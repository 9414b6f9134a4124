"""The stages of a case, from the contest to the review; a stage never names a system."""
