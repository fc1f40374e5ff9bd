"""The linker as a component of a spaCy pipeline: entities of a graph in `doc.ents`, every link in `doc._.kgllm_links`.

python examples/link_with_spacy.py
"""

from __future__ import annotations

import spacy

import kgllm
import kgllm.linking.spacy  # registers the component "kgllm"

FACTS = [
    ("Inception", "directed by", "Christopher Nolan"),
    ("Inception", "starred actors", "Elliot Page"),
    ("流浪地球", "导演", "郭帆"),
]


def main() -> None:
    graph = kgllm.load(FACTS)
    for language, text in (("en", "Did Christopher Nolan direct Inception?"), ("zh", "我看了《流浪地球》，导演是郭帆。")):
        nlp = spacy.blank(language)  # of the text's own language: entities are made of its tokens
        nlp.add_pipe("kgllm").set_graph(graph)
        doc = nlp(text)
        for span in doc.ents:
            print(f"{span.text!r:24} {span.start_char:3}–{span.end_char:<3} → {span.kb_id_}")
        for link in doc._.kgllm_links:
            print(f"  {link.entity.name}: {link.score:.2f}, {link.reason}")


if __name__ == "__main__":
    main()
