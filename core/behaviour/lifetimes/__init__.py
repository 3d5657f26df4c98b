"""The established models of how long customers stay, how often they buy and what they spend.

Our own fits: the libraries that have them do not suit. ``lifetimes`` (last release 2020) and its
fork ``btyd`` are no longer kept, and bring ``autograd`` and ``dill`` for two likelihoods of a few
lines; ``pymc-marketing`` brings PyMC and a compiler and samples for minutes what has a maximum
that is found in a second. The tests compare with the papers' numbers, which are also what
``lifetimes`` 0.11.3 gives.
"""
