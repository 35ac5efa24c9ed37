"""Reading a target: everybody, with the proof that it is everybody, or one alone."""
