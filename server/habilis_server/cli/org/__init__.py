"""The commands of the organisation, one for each method of its client."""
