"""The hospital's archive: answers are stored there, and radiographs are searched, over DICOMweb or over DIMSE."""
