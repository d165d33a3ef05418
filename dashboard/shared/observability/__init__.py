"""What the dashboard tells of its own work: to the log, to the metrics and to the audit; nothing of a patient."""
