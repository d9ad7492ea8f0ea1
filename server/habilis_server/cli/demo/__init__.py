"""The demonstration: a real dossier, a real server, and who may do what at each step."""
