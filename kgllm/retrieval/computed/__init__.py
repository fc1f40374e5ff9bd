"""Answers that no path leads to: they are counted, compared and put together from whole kinds of things.

wholes, flags                    whole kinds and whole relations; relations whose values say yes or no
fielded                          what says the whole name of a field and a value of it, read as a query is
sets, given, tallied, measures   what is compared, by which names, what is counted, by what it is measured
compared, folded, onward         values in order and the evidence of it; sums and differences; one step on from there
own_names                        rows without a name that win, by the names that they give
extremes, most                   the longest, more than, the most; who has most things of a kind
everything, subsets, beside      all of a kind, a part of them, those beside a thing
described, placing, parts        those that meet all conditions; by which relations a condition is met; by which part of a value
conditions, bounded, joint       yes or no, having at all, denials and limits of numbers as conditions; questions that join them
referring                        a thing that is told by what it holds
identified                       the thing that a code or another name means
valued, standing                 things that are called by a value; nouns that only stand for a kind
denied, alternatives             what is not so, and what is so of any of several
isa, either, belonging, member   of a kind, one of two things, part of another, one of a set
sexes                            women and men
proper                           what a thing is called that goes by another name
"""
