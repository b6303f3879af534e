/**
 * Writes test/fixtures/tiny-encoder/: a made-up sentence encoder of a few kilobytes in the form transformers.js loads.
 * The "model" looks up a random vector per WordPiece token; mean pooling does the rest. The ONNX file is encoded here
 * by hand (field numbers from onnx.proto3), so that no Python and no ONNX package is needed.
 *
 *   node scripts/make-tiny-encoder.mjs [FOLDER]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = process.argv[2] ?? fileURLToPath(new URL("../test/fixtures/tiny-encoder", import.meta.url));
const width = 8;
const longest = 64;

const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const letters = "abcdefghijklmnopqrstuvwxyz0123456789".split("");
const marks = "!\"#$%&'()*+,-./:;<=>?@[]^_{|}~".split("");
const words = (
  "the of and to in is a that for it what which how many answer question write code function return list number sum " +
  "city river capital country year king war law court cell energy force water light earth music book dog cat man " +
  "woman child house tree day night good bad red blue green"
).split(" ");
const tokens = [...new Set([...special, ...letters, ...letters.map((letter) => `##${letter}`), ...marks, ...words])];
const id = Object.fromEntries(tokens.map((token, i) => [token, i]));

write("config.json", {
  architectures: ["BertModel"],
  model_type: "bert",
  hidden_size: width,
  max_position_embeddings: longest,
  vocab_size: tokens.length,
  pad_token_id: 0,
});
write("tokenizer_config.json", {
  tokenizer_class: "BertTokenizer",
  do_lower_case: true,
  model_max_length: longest,
  unk_token: "[UNK]",
  sep_token: "[SEP]",
  pad_token: "[PAD]",
  cls_token: "[CLS]",
  mask_token: "[MASK]",
});
write("tokenizer.json", {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: special.map((content) => ({ id: id[content], content, special: true, normalized: false })),
  normalizer: {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: "BertPreTokenizer" },
  post_processor: {
    type: "TemplateProcessing",
    single: [specialAt("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, specialAt("[SEP]")],
    pair: [
      specialAt("[CLS]"),
      { Sequence: { id: "A", type_id: 0 } },
      specialAt("[SEP]"),
      { Sequence: { id: "B", type_id: 1 } },
    ],
    special_tokens: Object.fromEntries(["[CLS]", "[SEP]"].map((t) => [t, { id: t, ids: [id[t]], tokens: [t] }])),
  },
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: id,
  },
});
write("onnx/model.onnx", model());

function specialAt(token) {
  return { SpecialToken: { id: token, type_id: 0 } };
}

function write(name, content) {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content instanceof Uint8Array ? content : `${JSON.stringify(content)}\n`);
}

/** ModelProto: last_hidden_state = Gather(embeddings, input_ids). */
function model() {
  const node = message([text(1, "embeddings"), text(1, "input_ids"), text(2, "last_hidden_state"), text(4, "Gather")]);
  const graph = message([
    bytes(1, node),
    text(2, "tiny-encoder"),
    bytes(5, tensor("embeddings", [tokens.length, width], randomFloats(tokens.length * width))),
    bytes(11, value("input_ids", 7, ["batch", "sequence"])),
    bytes(11, value("attention_mask", 7, ["batch", "sequence"])),
    bytes(12, value("last_hidden_state", 1, ["batch", "sequence", width])),
  ]);
  const opset = message([text(1, ""), integer(2, 13)]);
  return message([integer(1, 8), text(2, "signalbox"), bytes(7, graph), bytes(8, opset)]);
}

/** TensorProto of float32. */
function tensor(name, dims, floats) {
  const raw = Buffer.from(floats.buffer);
  return message([...dims.map((dim) => integer(1, dim)), integer(2, 1), text(8, name), bytes(9, raw)]);
}

/** ValueInfoProto; a dimension is a number or a name. */
function value(name, elementType, dims) {
  const shape = message(
    dims.map((dim) => bytes(1, message([typeof dim === "number" ? integer(1, dim) : text(2, dim)]))),
  );
  const type = message([bytes(1, message([integer(1, elementType), bytes(2, shape)]))]);
  return message([text(1, name), bytes(2, type)]);
}

function message(fields) {
  return Buffer.concat(fields);
}

function integer(field, number) {
  return Buffer.concat([varint(field << 3), varint(number)]);
}

function text(field, string) {
  return bytes(field, Buffer.from(string));
}

function bytes(field, content) {
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}

function varint(number) {
  const out = [];
  for (let rest = number; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...out, rest]);
    out.push((rest % 128) | 128);
  }
}

/** Uniform in [-1, 1), by the minimal standard generator: the same file on every machine. */
function randomFloats(length) {
  let state = 20261123;
  return Float32Array.from({ length }, () => {
    state = (state * 48271) % 0x7fffffff;
    return (state / 0x7fffffff) * 2 - 1;
  });
}
