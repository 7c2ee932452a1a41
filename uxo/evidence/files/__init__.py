"""Read the rows of a file, whatever its format, before anyone asks what the columns mean.

Roads, places and evidence are siblings that may not import each other, and all of them come as
GeoJSON, GeoPackage or GeoParquet. What they share stands here: sniffing a file, cutting it into
batches, parsing values and geometries, and keeping the raw row so that a refused one can be
written out again.
"""
