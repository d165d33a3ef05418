"""How the shipped network came to be: data, augmentation, fitting, evaluation, export."""
