"""What several pages draw: charts, notes, tables, the safety notice, and what stands where there is nothing."""
