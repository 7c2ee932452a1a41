"""Vector tiles (Mapbox Vector Tile 2.1) from columns: complete at every zoom, nothing left out."""
