"""The contract of Habilis as generated from `proto/habilis/v1`."""
