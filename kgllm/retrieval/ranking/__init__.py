"""Which of the paths that were walked answer, and what is served of them.

rank                               ground the best, let those with the same ends vote together
judges, refusals                   who judges them then, and why a path is refused
combine, conditions                several conditions at once: on ends, and on the facts themselves
typed, whereabouts, when, places   what an end must be: of a type, a place, first or last, a place around a place
direction, sides                   which way a path runs, and from which side of an event it is seen
confirm, contained, lacks          whether it is so, whether one thing lies in another, and that nothing is known
happened                           events themselves
classed, kin, repeated, twins      of what kind something is, kinship, steps said twice, paths that say the same
chained, conjoined, roled          nouns told one of another; two relations that are said of one thing at once; what it takes part in besides
by_role, how_far                   of what kind things without types are, and a step short of what is asked for or beyond it
holders                            what a thing is within
unfit, named                       ends that cannot be what is asked for
lacks, halved, parallel            what the thing does not have, and columns of which the question says another word
called, so_called, outright, tied  relations and ends that are called what is asked for, and tied to a name as the question ties it
opposite                           fields of which the question says the opposite
in_unit, summed, periods, ended    amounts in a unit and sums of them, years of several days, what is over
namesakes, instead                 things of one name; what a thing has instead of what is asked
addresses, tongue                  addresses of the web, and texts in several languages
undecided, meant                   paths that nothing tells apart, and what the encoder says where words say nothing
relink                             the links in the light of the best paths
select, why                        from ranked paths to the evidence, and why one was preferred
"""
