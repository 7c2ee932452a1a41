"""One use case a file, called by the web service and the command line alike."""
