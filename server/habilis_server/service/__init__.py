"""The gRPC door: messages in, decisions out; what serves them is made elsewhere."""
