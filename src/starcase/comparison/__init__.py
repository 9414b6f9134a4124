"""How two models of a case are compared: what, on whom, and at which looks."""
