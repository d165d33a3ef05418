"""Lung fields: learnt from masks that people drew, and what makes a network read them and not the body."""
