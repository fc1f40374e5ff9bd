"""Answers: what is said of the evidence, and when nothing is.

qa, twins                 `GraphQA`, and the same for callers that await
drafts                    the symbolic answer, before any model speaks:
  symbolic                the end of the best path, all of it
  forms, whether          yes or no, comparisons, several claims at once
  vague                   one of several things drawn by lot
  measured, dated         another amount of the same thing; when something was so
  several, fields         one answer put together from several questions
  excluded                all but what the question knows already
speaker                   the model's part: whether it is asked, what it is shown, what becomes of what it says
generated, stream         the answer in a model's words, whole or as it is written
named_in                  what such a text names as its answer
citations, claims         what such a text cites and claims, held against what was served
queried                   the rows of a user's own query
abstain                   when not to answer, and how that is said
seeds, explain, fitting   things given instead of linking; which stage lost an answer; `qa.fit`
bulk, workers             files of questions, and processes beside one another
"""
