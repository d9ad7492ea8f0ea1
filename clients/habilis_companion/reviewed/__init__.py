"""Files that people review, in YAML: read strictly, every problem told with its place."""
