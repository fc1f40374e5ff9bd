"""What came of it, with figures.

asking      the questions, to the model with what was trained and without
intervals   what the figures may be off by
proof       `evaluate`: before and after, with facts and without
verdict     train, retrieve, or both
report      as a person reads it
"""
