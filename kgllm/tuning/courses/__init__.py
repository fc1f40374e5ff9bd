"""What is asked and taught: from a graph, and from what a model knows already.

curriculum  `lessons`: facts in several wordings, some held out; declining: what the graph does not say
general     common knowledge and prose that come with kgllm
probing     `probe`: what a model knows
served      questions with the facts that retrieval serves
mixing      `mix`: domain rows among general ones
course      all of it put together for one model
"""
