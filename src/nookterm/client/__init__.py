"""The use cases of nookterm and the ports through which they reach the world."""
