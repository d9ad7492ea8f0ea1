"""The Habilis server: rulebook, world, engine, journal, service, analysis, command line."""
