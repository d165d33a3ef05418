"""Files by chance: whatever the bytes, a reader keeps its contract (``contract.py``).

``kinds`` lists what is opened, and how files of each kind are made: by mutation of whole ones (``mutation.py``),
and whole in structure with values by chance. Everything by chance comes from a ``random.Random``: here from
Hypothesis, which shrinks what fails, and in ``benchmarks/fuzz.py``, the longer run, from the input's number.
"""
