"""Reporting checklists for prediction models, each item answered from the model card.

CLAIM 2024: Tejani et al., Radiology: Artificial Intelligence 2024;6(4):e240300.
TRIPOD+AI: Collins et al., BMJ 2024;385:e078378.
"""
