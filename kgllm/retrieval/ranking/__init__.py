"""Which of the paths that were walked answer, and what is served of them.

rank                               ground the best, judge them, let those with the same ends vote together
combine, conditions                several conditions at once: on ends, and on the facts themselves
typed, whereabouts, when, places   what an end must be: of a type, a place, first or last, a place around a place
direction, sides                   which way a path runs, and from which side of an event it is seen
confirm, contained, lacks          whether it is so, whether one thing lies in another, and that nothing is known
happened                           events themselves
classed, kin, repeated, twins      of what kind something is, kinship, steps said twice, paths that say the same
called, holders                    where a path has been at what is asked for, and what a thing is within
undecided, meant                   paths that nothing tells apart, and what the encoder says where words say nothing
relink                             the links in the light of the best paths
select, why                        from ranked paths to the evidence, and why one was preferred
"""
