"""The instrument: a radiograph in, a calibrated probability and a heat map out."""
