"""What a language model is shown where nothing else answers, or the answer leaves a doubt (docs/decisions/0016).

wider           all of it, in the order of use, within the room that there is
reads           how much may still be read
neighbours      what is said of what is named, and of what that leads to
linked          what is linked to two of the things that are named
ends, within    what has most and least; what a number lets through
kinds_counted   how many there are of a kind, and of them with which value
"""
