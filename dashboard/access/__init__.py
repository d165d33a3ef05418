"""Who may open what, where the dashboard can be reached from other machines."""
