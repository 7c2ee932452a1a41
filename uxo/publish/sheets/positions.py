"""A place in two notations, so that whoever reads it can use the one that the receiver shows."""

from typing import Final

from mgrs import MGRS

from uxo.publish.sheets.content import Spot

_PRECISION: Final = 5  # digits each way: one metre


def decimal_degrees(spot: Spot) -> str:
    """Write latitude and longitude with five decimals, about one metre.

    Examples
    --------
    >>> decimal_degrees(Spot(37.1615, -36.2021))
    '36.20210 S 37.16150 E'
    """
    north, east = ("N" if spot.lat >= 0 else "S"), ("E" if spot.lon >= 0 else "W")
    return f"{abs(spot.lat):.5f} {north} {abs(spot.lon):.5f} {east}"


def grid_reference(spot: Spot) -> str:
    """Write the MGRS reference of the one-metre square that holds the place (WGS84).

    Examples
    --------
    >>> grid_reference(Spot(37.1615, 36.2021))
    '37S CA 34715 07931'
    """
    text = str(MGRS().toMGRS(spot.lat, spot.lon, MGRSPrecision=_PRECISION))
    digits = 2 * _PRECISION
    head, east, north = text[:-digits], text[-digits:-_PRECISION], text[-_PRECISION:]
    return f"{head[:-2]} {head[-2:]} {east} {north}"
