"""What leaves the house: folium maps, files of road pieces, and the words of both languages."""
