"""The audit: who did what, append-only, without data of patients; and its page."""
