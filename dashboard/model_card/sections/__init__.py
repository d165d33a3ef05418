"""The model card's sections, a file for each question that a reader brings."""
