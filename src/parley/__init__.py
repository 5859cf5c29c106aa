"""Parley: the reference analytics warehouse for conversational commerce."""
