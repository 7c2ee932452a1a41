"""UXO survey mapper: from survey evidence to the clearance status of every metre of road."""

__version__ = "0.1.0"
