"""Answers that no path leads to: they are counted, compared and put together from whole kinds of things.

readers                          all readers in their order: the first that reads all of a question answers it
spoken, kind_asked               what a question says by the graph's names, and which kind it asks for
wholes, flags                    whole kinds and whole relations; relations whose values say yes or no
fields                           fields that are said by their whole names:
  stated, by_example             … of one thing, and of each thing of a kind
  fielded, tabled                … with values and limits, as a query has them
  by_field, versus, claim        … the most of it, two things by it, whether it is so
edged, dated_rows, traded        numbers and dates on facts and rows; what people order and buy
sets, given, tallied, measures   what is compared, by which names, what is counted, by what it is measured
compared, folded, onward         values in order and the evidence of it; sums and differences; one step on from there
own_names                        rows without a name that win, by the names that they give
leading                          how counted things lead to who has them
extremes, most                   the longest, more than, the most; who has most things of a kind
grouped, groups                  one number of each of several groups, and what is told of them
everything, subsets, beside      all of a kind, a part of them, those beside a thing
described, placing, leftover        those that meet all conditions; by which relations one is met; which words are left beside them
parts, inner                     … by a part of a value, or of a thing
conditions, bounded, joint       yes or no, having at all, denials and limits of numbers as conditions; questions that join them
referring                        a thing that is told by what it holds
identified                       the thing that a code or another name means
valued, standing                 things that are called by a value; nouns that only stand for a kind
denied, alternatives             what is not so, and what is so of any of several
isa, either, belonging, member   of a kind, one of two things, part of another, one of a set
nested                           what lies in what over several levels
sexes                            women and men
proper                           what a thing is called that goes by another name
"""
