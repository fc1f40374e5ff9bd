"""Five small made-up graphs, each in its own manner, and questions for yes or no about them.

Each question comes with what it claims: `CLAIMS` are facts that must all be so (with qualifiers, where the question states some). What is
right follows from the triples alone, by `truth`.
"""

from __future__ import annotations

from dataclasses import dataclass

from kgllm.types import Entity, Fact, Literal, Relation

SAGA = [  # snake_case, nothing has a type
    ("Darvan", "father_of", "Lukor"),
    ("Darvan", "father_of", "Lenia"),
    ("Padmira", "mother_of", "Lukor"),
    ("Padmira", "mother_of", "Lenia"),
    ("Shmira", "mother_of", "Darvan"),
    ("Hanzo", "father_of", "Kyrel"),
    ("Lenia", "mother_of", "Kyrel"),
    ("Darvan", "spouse_of", "Padmira"),
    ("Lenia", "sibling_of", "Lukor"),
    ("Obran", "mentor_of", "Darvan"),
    ("Darvan", "mentor_of", "Asoka Tane"),
    ("Yodrin", "mentor_of", "Obran"),
    ("Kyrel", "killed", "Hanzo"),
    ("Darvan", "betrayed", "Obran"),
    ("Hanzo", "rescued", "Lukor"),
    ("Lukor", "rescued", "Lenia"),
    ("Darvan", "born_in", "Tatun"),
    ("Lukor", "born_in", "Polmas"),
    ("Lenia", "born_in", "Polmas"),
    ("Lukor", "member_of", "Grey Order"),
    ("Obran", "member_of", "Grey Order"),
    ("Hanzo", "member_of", "Free Traders"),
]

FIRMS = [  # camelCase, types, qualifiers
    ("Norvex", "acquired", "Lumora", {"year": 2006}),
    ("Norvex", "acquired", "Kestrel Labs", {"year": 2011}),
    ("Brightwell", "acquired", "Tindra", {"year": 2015}),
    ("Lumora", "foundedBy", "Ann Hale", {}),
    ("Lumora", "foundedBy", "Bob Marsh", {}),
    ("Norvex", "foundedBy", "Cara Lund", {}),
    ("Kestrel Labs", "foundedBy", "Dev Rao", {}),
    ("Norvex", "foundedYear", 1998, {}),
    ("Lumora", "foundedYear", 2003, {}),
    ("Brightwell", "foundedYear", 1987, {}),
    ("Ann Hale", "worksAt", "Norvex", {}),
    ("Bob Marsh", "worksAt", "Norvex", {}),
    ("Dev Rao", "worksAt", "Brightwell", {}),
    ("Bob Marsh", "reportsTo", "Ann Hale", {}),
    ("Ann Hale", "reportsTo", "Cara Lund", {}),
    ("Dev Rao", "reportsTo", "Eve Stone", {}),
    ("Norvex", "headquarteredIn", "Arden", {}),
    ("Brightwell", "headquarteredIn", "Selby", {}),
    ("Tindra", "subsidiaryOf", "Brightwell", {}),
    ("Cara Lund", "visited", "Arden", {"year": 2009}),
    ("Cara Lund", "visited", "Selby", {"year": 2013}),
    ("Norvex", "supplies", "Brightwell", {}),
    ("Kestrel Labs", "supplies", "Norvex", {}),
]
_KINDS = {
    "Company": "Norvex|Lumora|Kestrel Labs|Brightwell|Tindra",
    "Person": "Ann Hale|Bob Marsh|Cara Lund|Dev Rao|Eve Stone",
    "City": "Arden|Selby",
}

FILMS = [  # ids, with labels in two languages
    ("Glass Harbor", "P57", "Rolf Danner"),
    ("Amber Road", "P57", "Mia Kestel"),
    ("Silent Tide", "P57", "Rolf Danner"),
    ("Silent Tide II", "P57", "Mia Kestel"),
    ("Glass Harbor", "P577", 2000),
    ("Amber Road", "P577", 2009),
    ("Silent Tide", "P577", 2012),
    ("Silent Tide II", "P577", 2016),
    ("Glass Harbor", "P161", "Ida Vall"),
    ("Glass Harbor", "P161", "Tom Ekker"),
    ("Amber Road", "P161", "Ida Vall"),
    ("Silent Tide", "P161", "Tom Ekker"),
    ("Silent Tide", "P156", "Silent Tide II"),
    ("Amber Road", "P144", "The Ferryman"),
    ("The Ferryman", "P50", "Nils Orre"),
]
_RELATIONS = {
    "P57": ("director", "导演"),
    "P577": ("publication year", "上映年份"),
    "P161": ("cast member", "演员"),
    "P156": ("followed by", "续集"),
    "P144": ("based on", "改编自"),
    "P50": ("author", "作者"),
}
_ALSO = {
    "Glass Harbor": "玻璃港",
    "Amber Road": "琥珀路",
    "Silent Tide": "静潮",
    "Silent Tide II": "静潮续篇",
    "Rolf Danner": "罗夫·丹纳",
    "Mia Kestel": "米娅·凯斯特",
    "Ida Vall": "伊达·瓦尔",
    "Tom Ekker": "汤姆·埃克",
    "The Ferryman": "摆渡人",
    "Nils Orre": "尼尔斯·奥雷",
}
_FILM_KINDS = {"film": "Glass Harbor|Amber Road|Silent Tide|Silent Tide II", "person": "Rolf Danner|Mia Kestel|Ida Vall|Tom Ekker|Nils Orre", "book": "The Ferryman"}  # fmt: skip

FAMILIES = [  # Chinese relations; a father is told by the child in one family, and a son by the father in the other
    ("沈青", "父亲", "沈岳"),
    ("沈白", "父亲", "沈岳"),
    ("沈青", "母亲", "周兰"),
    ("沈岳", "妻子", "周兰"),
    ("顾长风", "儿子", "顾小舟"),
    ("顾长风", "儿子", "顾小帆"),
    ("顾长风", "女儿", "顾小雨"),
    ("沈青", "师父", "莫问"),
    ("陆离", "师父", "莫问"),
    ("顾长风", "徒弟", "韩松"),
    ("沈青", "好友", "陆离"),
    ("陆离", "打败", "韩松"),
    ("天海集团", "收购", "云帆科技"),
    ("天海集团", "收购", "明月传媒"),
    ("长林实业", "收购", "星河药业"),
    ("天海集团", "投资", "星河药业"),
    ("云帆科技", "创始人", "沈青"),
    ("长林实业", "创始人", "顾长风"),
    ("云帆科技", "成立年份", "2008"),
    ("天海集团", "成立年份", "1995"),
    ("天海集团", "总部", "临州"),
    ("云帆科技", "总部", "宁城"),
    ("临州", "位于", "东江省"),
    ("宁城", "位于", "西岭省"),
    ("东江省", "省会", "临州"),
    ("西岭省", "省会", "宁城"),
    ("东江省", "接壤", "西岭省"),
    ("顾小舟", "就职于", "天海集团"),
    ("沈白", "就职于", "天海集团"),
    ("陆离", "就职于", "长林实业"),
]

ATLAS = [  # hyphens, types are facts
    ("Caldera", "capital-of", "Astoria"),
    ("Wexley", "capital-of", "Borvia"),
    ("Ostrand", "capital-of", "Nordmark"),
    ("Astoria", "borders", "Borvia"),
    ("Borvia", "borders", "Nordmark"),
    ("Caldera", "located-in", "Astoria"),
    ("Fenwick", "located-in", "Astoria"),
    ("Wexley", "located-in", "Borvia"),
    ("Astoria", "located-in", "Meridia"),
    ("River Tarn", "flows-through", "Astoria"),
    ("River Tarn", "flows-through", "Borvia"),
    ("River Isk", "flows-into", "River Tarn"),
    ("Borvia", "ruled-by", "Queen Odile"),
    ("Astoria", "ruled-by", "King Bram"),
    ("King Bram", "succeeded-by", "Prince Ivo"),
    ("King Harl", "succeeded-by", "King Bram"),
    ("Astoria", "colony-of", "Nordmark"),
    ("Caldera", "population", 420000),
    ("Wexley", "population", 95000),
    *((name, "instance-of", "city") for name in ("Caldera", "Wexley", "Ostrand", "Fenwick")),
    *((name, "instance-of", "country") for name in ("Astoria", "Borvia", "Nordmark")),
    *((name, "instance-of", "river") for name in ("River Tarn", "River Isk")),
]
_ATLAS_ALSO = {
    "Caldera": "卡尔德拉",
    "Wexley": "韦克斯利",
    "Astoria": "阿斯托里亚",
    "Borvia": "博尔维亚",
    "Nordmark": "诺德马克",
    "River Tarn": "塔恩河",
    "River Isk": "伊斯克河",
    "Queen Odile": "奥蒂尔女王",
    "King Bram": "布拉姆国王",
    "King Harl": "哈尔国王",
}


def _facts(triples, kinds=None, also=None, relations=None):
    kind_of = {name: kind for kind, names in (kinds or {}).items() for name in names.split("|")}

    def entity(name):
        if not isinstance(name, str):
            return Literal(str(name), datatype="integer")
        aliases = (also[name],) if also and name in also else ()
        return Entity(name, aliases=aliases, types=(kind_of[name],) if name in kind_of else ())

    def relation(name):
        if relations is None:
            return Relation(name)
        label, other = relations[name]
        return Relation(name, name=label, aliases=(other,))

    for subject, name, end, *more in triples:
        qualifiers = tuple((Relation(key), Literal(str(value), datatype="integer")) for key, value in (more[0] if more else {}).items())
        yield Fact(entity(subject), relation(name), entity(end), qualifiers)


TRIPLES = {"saga": SAGA, "firms": FIRMS, "films": FILMS, "families": FAMILIES, "atlas": ATLAS}


def facts(name):
    """The facts of one of the graphs, for `kgllm.load`."""
    if name == "firms":
        return list(_facts(FIRMS, _KINDS))
    if name == "films":
        return list(_facts(FILMS, _FILM_KINDS, _ALSO, _RELATIONS))
    if name == "atlas":
        return list(_facts(ATLAS, None, _ATLAS_ALSO))
    return list(_facts(TRIPLES[name]))


MUTUAL = {"spouse_of", "sibling_of", "borders", "接壤", "好友"}


@dataclass(frozen=True)
class Case:
    """`claims`: facts that must all be so. `choice`: names to choose between, which stand for the last of the one claim."""

    graph: str
    question: str
    claims: tuple
    choice: tuple = ()
    holds: object = None  # for what no triple says alone: yes or no by a look at the triples
    unsure: bool = False  # what a graph need not know whole: to abstain is as right as no


def truth(case):
    """ "yes", "no", "unknown", or what is to be chosen."""
    if case.choice:
        subject, relation, end = case.claims[0]
        return tuple(
            one for one in case.choice if _so(case.graph, *(one if part is None else part for part in (subject, relation, end))) == "yes"
        )
    if case.holds is not None:
        return "yes" if case.holds(TRIPLES[case.graph]) else "no"
    told = [_so(case.graph, *claim) for claim in case.claims]
    return "no" if "no" in told else "unknown" if "unknown" in told else "yes"


def _so(graph, subject, relation, end, wanted=None):
    triples = [(one[0], one[1], one[2], one[3] if len(one) > 3 else {}) for one in TRIPLES[graph]]
    same = [one for one in triples if one[:3] == (subject, relation, end) or (relation in MUTUAL and one[:3] == (end, relation, subject))]
    if same:
        if wanted is None or any(wanted.items() <= one[3].items() for one in same):
            return "yes"
        return "no" if any(set(wanted) <= set(one[3]) for one in same) else "unknown"
    elsewhere = any(r == relation and (s == subject or o == end) and {s, o} != {subject, end} for s, r, o, _ in triples)
    reversed_ = any((s, r, o) == (end, relation, subject) for s, r, o, _ in triples)
    return "no" if elsewhere or reversed_ else "unknown"


def _count(subject, relation):
    return lambda triples: sum(one[0] == subject and one[1] == relation for one in triples)


def _more(subject, relation, than):
    return lambda triples: _count(subject, relation)(triples) > than


S, F, M, Z, A = "saga", "firms", "films", "families", "atlas"
CASES = [
    # --- which end is which
    Case(S, "Is Lukor the father of Darvan?", (("Lukor", "father_of", "Darvan"),)),
    Case(S, "Is Darvan the father of Lukor?", (("Darvan", "father_of", "Lukor"),)),
    Case(S, "Is Lukor Darvan's father?", (("Lukor", "father_of", "Darvan"),)),
    Case(S, "Is Lukor Darvan's son?", (("Darvan", "father_of", "Lukor"),)),
    Case(S, "Is Darvan a child of Lukor?", (("Lukor", "father_of", "Darvan"),)),
    Case(S, "Is Lenia's mother Padmira?", (("Padmira", "mother_of", "Lenia"),)),
    Case(S, "Is Kyrel the mother of Lenia?", (("Kyrel", "mother_of", "Lenia"),)),
    Case(S, "Is Padmira the spouse of Darvan?", (("Darvan", "spouse_of", "Padmira"),)),
    Case(S, "Is Lukor a sibling of Lenia?", (("Lenia", "sibling_of", "Lukor"),)),
    Case(S, "Was Darvan the mentor of Obran?", (("Darvan", "mentor_of", "Obran"),)),
    Case(S, "Was Obran Darvan's mentor?", (("Obran", "mentor_of", "Darvan"),)),
    Case(S, "Did Hanzo kill Kyrel?", (("Hanzo", "killed", "Kyrel"),)),
    Case(S, "Did Kyrel kill Hanzo?", (("Kyrel", "killed", "Hanzo"),)),
    Case(S, "Was Hanzo killed by Kyrel?", (("Kyrel", "killed", "Hanzo"),)),
    Case(S, "Was Kyrel killed by Hanzo?", (("Hanzo", "killed", "Kyrel"),)),
    Case(S, "Did Obran betray Darvan?", (("Obran", "betrayed", "Darvan"),)),
    Case(S, "Did Lenia rescue Lukor?", (("Lenia", "rescued", "Lukor"),)),
    Case(F, "Did Lumora acquire Norvex?", (("Lumora", "acquired", "Norvex"),)),
    Case(F, "Did Norvex acquire Lumora?", (("Norvex", "acquired", "Lumora"),)),
    Case(F, "Was Norvex acquired by Kestrel Labs?", (("Kestrel Labs", "acquired", "Norvex"),)),
    Case(F, "Was Kestrel Labs bought by Norvex?", (("Norvex", "acquired", "Kestrel Labs"),)),
    Case(F, "Does Ann Hale report to Bob Marsh?", (("Ann Hale", "reportsTo", "Bob Marsh"),)),
    Case(F, "Does Bob Marsh report to Ann Hale?", (("Bob Marsh", "reportsTo", "Ann Hale"),)),
    Case(F, "Is Brightwell a subsidiary of Tindra?", (("Brightwell", "subsidiaryOf", "Tindra"),)),
    Case(F, "Does Brightwell supply Norvex?", (("Brightwell", "supplies", "Norvex"),)),
    Case(M, "Was Silent Tide II followed by Silent Tide?", (("Silent Tide II", "P156", "Silent Tide"),)),
    Case(M, "《静潮》改编自《摆渡人》吗？", (("Silent Tide", "P144", "The Ferryman"),)),
    Case(M, "《琥珀路》是根据《摆渡人》改编的吗？", (("Amber Road", "P144", "The Ferryman"),)),
    Case(A, "Is Astoria the capital of Caldera?", (("Astoria", "capital-of", "Caldera"),)),
    Case(A, "Does Borvia border Astoria?", (("Astoria", "borders", "Borvia"),)),
    Case(A, "Is Nordmark a colony of Astoria?", (("Nordmark", "colony-of", "Astoria"),)),
    Case(A, "Does the River Tarn flow into the River Isk?", (("River Tarn", "flows-into", "River Isk"),)),
    Case(A, "Was King Harl succeeded by King Bram?", (("King Harl", "succeeded-by", "King Bram"),)),
    Case(A, "Was King Bram succeeded by King Harl?", (("King Bram", "succeeded-by", "King Harl"),)),
    Case(A, "Did King Bram succeed King Harl?", (("King Harl", "succeeded-by", "King Bram"),)),
    Case(A, "塔恩河流入伊斯克河吗？", (("River Tarn", "flows-into", "River Isk"),)),
    Case(A, "伊斯克河流入塔恩河吗？", (("River Isk", "flows-into", "River Tarn"),)),
    Case(A, "诺德马克是阿斯托里亚的殖民地吗？", (("Nordmark", "colony-of", "Astoria"),)),
    Case(Z, "沈青是沈岳的父亲吗？", (("沈岳", "父亲", "沈青"),)),
    Case(Z, "沈岳是沈青的父亲吗？", (("沈青", "父亲", "沈岳"),)),
    Case(Z, "沈青的父亲是沈岳吗？", (("沈青", "父亲", "沈岳"),)),
    Case(Z, "沈岳的父亲是不是沈青？", (("沈岳", "父亲", "沈青"),)),
    Case(Z, "沈青是沈岳的儿子吗？", (("沈青", "父亲", "沈岳"),)),
    Case(Z, "沈岳是沈青的儿子吗？", (("沈岳", "父亲", "沈青"),)),
    Case(Z, "顾小舟是顾长风的父亲吗？", (("顾小舟", "儿子", "顾长风"),)),
    Case(Z, "顾长风是顾小舟的父亲吗？", (("顾长风", "儿子", "顾小舟"),)),
    Case(Z, "顾长风是不是顾小舟的儿子？", (("顾小舟", "儿子", "顾长风"),)),
    Case(Z, "云帆科技收购了天海集团吗？", (("云帆科技", "收购", "天海集团"),)),
    Case(Z, "天海集团收购了云帆科技吗？", (("天海集团", "收购", "云帆科技"),)),
    Case(Z, "云帆科技是被天海集团收购的吗？", (("天海集团", "收购", "云帆科技"),)),
    Case(Z, "天海集团是不是被云帆科技收购了？", (("云帆科技", "收购", "天海集团"),)),
    Case(Z, "韩松打败了陆离吗？", (("韩松", "打败", "陆离"),)),
    Case(Z, "韩松是顾长风的徒弟吗？", (("顾长风", "徒弟", "韩松"),)),
    Case(Z, "顾长风是韩松的徒弟吗？", (("韩松", "徒弟", "顾长风"),)),
    Case(Z, "莫问是不是陆离的徒弟？", (("莫问", "师父", "陆离"),)),
    Case(Z, "周兰是沈岳的妻子吗？", (("沈岳", "妻子", "周兰"),)),
    Case(Z, "沈岳是周兰的丈夫吗？", (("沈岳", "妻子", "周兰"),)),
    Case(Z, "沈岳是周兰的妻子吗？", (("周兰", "妻子", "沈岳"),)),
    Case(Z, "西岭省和东江省接壤吗？", (("东江省", "接壤", "西岭省"),)),
    Case(Z, "东江省位于临州吗？", (("东江省", "位于", "临州"),)),
    # --- a year
    Case(F, "Did Norvex acquire Lumora in 2006?", (("Norvex", "acquired", "Lumora", {"year": 2006}),)),
    Case(F, "Did Norvex acquire Lumora in 2011?", (("Norvex", "acquired", "Lumora", {"year": 2011}),)),
    Case(F, "Was Norvex founded by Cara Lund in 2004?", (("Norvex", "foundedYear", 2004),)),
    Case(F, "Was Norvex founded by Cara Lund in 1998?", (("Norvex", "foundedYear", 1998),)),
    Case(M, "Did Rolf Danner direct Glass Harbor in 2000?", (("Glass Harbor", "P57", "Rolf Danner"), ("Glass Harbor", "P577", 2000))),
    Case(M, "Did Rolf Danner direct Glass Harbor in 2005?", (("Glass Harbor", "P577", 2005),)),
    Case(M, "罗夫·丹纳在2005年执导了《玻璃港》吗？", (("Glass Harbor", "P577", 2005),)),
    Case(M, "罗夫·丹纳在2000年执导了《玻璃港》吗？", (("Glass Harbor", "P57", "Rolf Danner"), ("Glass Harbor", "P577", 2000))),
    Case(Z, "沈青是在2008年创立云帆科技的吗？", (("云帆科技", "创始人", "沈青"), ("云帆科技", "成立年份", "2008"))),
    Case(Z, "沈青是在2011年创立云帆科技的吗？", (("云帆科技", "成立年份", "2011"),)),
    Case(Z, "天海集团在2015年收购了云帆科技吗？", (("天海集团", "收购", "云帆科技", {"年份": 2015}),)),
    Case(F, "Did Norvex acquire Lumora in 2003?", (("Norvex", "acquired", "Lumora", {"year": 2003}),)),
    Case(
        F,
        "Did Cara Lund visit Arden before Selby?",
        (("Cara Lund", "visited", "Arden"), ("Cara Lund", "visited", "Selby")),
        holds=lambda t: _when(t, "Arden") < _when(t, "Selby"),
        unsure=True,
    ),
    Case(F, "Did Cara Lund visit Selby before Arden?", (), holds=lambda t: _when(t, "Selby") < _when(t, "Arden"), unsure=True),
    # --- all that is named
    Case(
        M,
        "Did Rolf Danner direct Glass Harbor and Amber Road?",
        (("Glass Harbor", "P57", "Rolf Danner"), ("Amber Road", "P57", "Rolf Danner")),
    ),
    Case(
        M,
        "Did Rolf Danner direct Glass Harbor and Silent Tide?",
        (("Glass Harbor", "P57", "Rolf Danner"), ("Silent Tide", "P57", "Rolf Danner")),
    ),
    Case(M, "罗夫·丹纳执导了《玻璃港》和《琥珀路》吗？", (("Glass Harbor", "P57", "Rolf Danner"), ("Amber Road", "P57", "Rolf Danner"))),
    Case(M, "罗夫·丹纳执导了《玻璃港》和《静潮》吗？", (("Glass Harbor", "P57", "Rolf Danner"), ("Silent Tide", "P57", "Rolf Danner"))),
    Case(
        M,
        "Did Ida Vall and Tom Ekker both star in Glass Harbor?",
        (("Glass Harbor", "P161", "Ida Vall"), ("Glass Harbor", "P161", "Tom Ekker")),
    ),
    Case(
        M, "Did Ida Vall and Tom Ekker both star in Amber Road?", (("Amber Road", "P161", "Ida Vall"), ("Amber Road", "P161", "Tom Ekker"))
    ),
    Case(M, "伊达·瓦尔和汤姆·埃克都出演了《玻璃港》吗？", (("Glass Harbor", "P161", "Ida Vall"), ("Glass Harbor", "P161", "Tom Ekker"))),
    Case(M, "伊达·瓦尔和汤姆·埃克都出演了《静潮》吗？", (("Silent Tide", "P161", "Ida Vall"), ("Silent Tide", "P161", "Tom Ekker"))),
    Case(A, "Is Caldera the capital of Astoria and Borvia?", (("Caldera", "capital-of", "Astoria"), ("Caldera", "capital-of", "Borvia"))),
    Case(A, "卡尔德拉是阿斯托里亚和博尔维亚的首都吗？", (("Caldera", "capital-of", "Astoria"), ("Caldera", "capital-of", "Borvia"))),
    Case(
        A,
        "Does the River Tarn flow through Astoria and Borvia?",
        (("River Tarn", "flows-through", "Astoria"), ("River Tarn", "flows-through", "Borvia")),
    ),
    Case(F, "Do Ann Hale and Bob Marsh both work at Norvex?", (("Ann Hale", "worksAt", "Norvex"), ("Bob Marsh", "worksAt", "Norvex"))),
    Case(F, "Do Ann Hale and Dev Rao both work at Norvex?", (("Ann Hale", "worksAt", "Norvex"), ("Dev Rao", "worksAt", "Norvex"))),
    Case(Z, "顾小舟和沈白都在天海集团工作吗？", (("顾小舟", "就职于", "天海集团"), ("沈白", "就职于", "天海集团"))),
    Case(Z, "顾小舟和陆离都就职于天海集团吗？", (("顾小舟", "就职于", "天海集团"), ("陆离", "就职于", "天海集团"))),
    Case(Z, "天海集团收购了云帆科技和星河药业吗？", (("天海集团", "收购", "云帆科技"), ("天海集团", "收购", "星河药业"))),
    Case(Z, "沈青和沈白都是沈岳的儿子吗？", (("沈青", "父亲", "沈岳"), ("沈白", "父亲", "沈岳"))),
    # --- negated, and tags
    Case(A, "Isn't Caldera the capital of Astoria?", (("Caldera", "capital-of", "Astoria"),)),
    Case(A, "Isn't Wexley the capital of Astoria?", (("Wexley", "capital-of", "Astoria"),)),
    Case(M, "Didn't Rolf Danner direct Glass Harbor?", (("Glass Harbor", "P57", "Rolf Danner"),)),
    Case(S, "Is it true that Darvan is the father of Lukor?", (("Darvan", "father_of", "Lukor"),)),
    Case(S, "Is it not true that Lukor is the father of Darvan?", (("Lukor", "father_of", "Darvan"),)),
    Case(A, "Caldera is the capital of Astoria, right?", (("Caldera", "capital-of", "Astoria"),)),
    Case(A, "Wexley is the capital of Astoria, isn't it?", (("Wexley", "capital-of", "Astoria"),)),
    Case(Z, "临州不是东江省的省会吗？", (("东江省", "省会", "临州"),)),
    Case(Z, "难道宁城是东江省的省会吗？", (("东江省", "省会", "宁城"),)),
    Case(Z, "难道沈岳不是沈青的父亲吗？", (("沈青", "父亲", "沈岳"),)),
    Case(Z, "临州是东江省的省会，对吧？", (("东江省", "省会", "临州"),)),
    Case(Z, "宁城是东江省的省会，对吗？", (("东江省", "省会", "宁城"),)),
    # --- a choice
    Case(A, "Is Caldera the capital of Astoria or Borvia?", (("Caldera", "capital-of", None),), choice=("Astoria", "Borvia")),
    Case(F, "Did Norvex or Brightwell acquire Tindra?", ((None, "acquired", "Tindra"),), choice=("Norvex", "Brightwell")),
    Case(Z, "临州是东江省的省会还是西岭省的省会？", ((None, "省会", "临州"),), choice=("东江省", "西岭省")),
    Case(Z, "收购星河药业的是天海集团还是长林实业？", ((None, "收购", "星河药业"),), choice=("天海集团", "长林实业")),
    # --- kinds
    Case(A, "Is Caldera a city?", (("Caldera", "instance-of", "city"),)),
    Case(A, "Is Caldera a river?", (("Caldera", "instance-of", "river"),)),
    Case(F, "Is Norvex a company?", (), holds=lambda _: "Norvex" in _KINDS["Company"]),
    Case(F, "Is Arden a company?", (), holds=lambda _: "Arden" in _KINDS["Company"]),
    Case(M, "《玻璃港》是电影吗？", (), holds=lambda _: "Glass Harbor" in _FILM_KINDS["film"]),
    Case(M, "《摆渡人》是一部电影吗？", (), holds=lambda _: "The Ferryman" in _FILM_KINDS["film"]),
    Case(A, "塔恩河是一座城市吗？", (("River Tarn", "instance-of", "city"),)),
    # --- numbers
    Case(Z, "顾长风有两个以上的儿子吗？", (), holds=_more("顾长风", "儿子", 1)),
    Case(S, "Does Darvan have more than 3 children?", (), holds=_more("Darvan", "father_of", 3)),
    Case(F, "Has Norvex acquired more than one company?", (), holds=_more("Norvex", "acquired", 1)),
    Case(A, "Does Caldera have more than 100000 inhabitants?", (), holds=lambda t: ("Caldera", "population", 420000) in t),
    Case(A, "Does Wexley have more than 100000 inhabitants?", (), holds=lambda t: ("Wexley", "population", 420000) in t),
    # --- what the graph does not know
    Case(M, "Did Otto Brandvik direct Glass Harbor?", (("Glass Harbor", "P57", "Otto Brandvik"),), unsure=True),
    Case(S, "Did Lenia betray Padmira?", (("Lenia", "betrayed", "Padmira"),)),
    Case(Z, "陈默执导了《玻璃港》吗？", (("玻璃港", "导演", "陈默"),)),
    Case(Z, "沈白是明月传媒的创始人吗？", (("明月传媒", "创始人", "沈白"),), unsure=True),
]


def _when(triples, place):
    return next(one[3]["year"] for one in triples if one[1:3] == ("visited", place))


def said(answer):
    """What an answer says, as `truth` puts it."""
    if answer.abstained:
        return "unknown"
    if answer.verdict is not None:
        return "yes" if answer.verdict else "no"
    return tuple(sorted(end.name for end in answer.entities))


def right(case, answer):
    """Whether an answer is right. Where the graph need not know, to abstain is right as well."""
    is_so, told = truth(case), said(answer)
    return told == is_so or (case.unsure and told == "unknown") or (is_so == "unknown" and told == "unknown")
