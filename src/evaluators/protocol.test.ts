import { describe, expect, test } from "vitest";
import type { ScoreResult } from "../core/evaluator.ts";
import { protocol } from "./protocol.ts";

const key = `cells = <Seed cells>(
    density="1e5"
)

washed = <Wash cells>(
    cells=cells,
    buffer="PBS"
)

stained = <Stain>(
    cells=washed,
    dye="DAPI, 1 mM (fresh)"
)`;

const score = (response: string, truth: unknown = key): ScoreResult =>
  protocol.score({ response, truth, record: {} }, {}, {}) as ScoreResult;

describe("protocol", () => {
  test.each([
    ["as it is", key],
    ["in answer tags, after a draft", `x = <Mix>(\n a="b"\n)\n<answer>\n${key}\n</answer>`],
    [
      "on single lines",
      'c = <Seed cells>(density="2")\nw = <Wash cells>(cells=c, buffer="PBS")\ns = <Stain>(cells=w, dye="a, b=2 (c)")',
    ],
    ["with other names and literals", key.replaceAll("washed", "w1").replace("1e5", "2e6")],
    ["in a fence", `\`\`\`\n${key}\n\`\`\``],
  ])("%s it is right", (_, response) => {
    expect(score(response)).toMatchObject({ score: 1, parts: { strict: 1 } });
  });

  test("what an earlier step made must come from that step", () => {
    expect(score(key.replace("cells=washed", "cells=cells"))).toMatchObject({
      parts: { "order similarity": 1, "parameter accuracy": 2 / 3 },
    });
    expect(score(key.replace("cells=washed", 'cells="some cells"')).parts).toMatchObject({
      "parameter accuracy": 2 / 3,
    });
  });

  test("a step left out spoils the order, and every place after it", () => {
    const [first = "", , third = ""] = key.split("\n\n");
    expect(score(`${first}\n\n${third}`)).toMatchObject({
      score: 1 / 6,
      parts: { "order similarity": 0, "parameter accuracy": 1 / 3, strict: 1 / 3 },
    });
  });

  test("unrelated actions in alphabetical order earn the official half, and nothing strictly", () => {
    const other = 'a = <Cool>(t="4")\n\nb = <Dry>(c=a)\n\nc = <Aim>(d=b)';
    const ownKey = 'x = <Heat>(t="9")\n\ny = <Run>(c=x)\n\nz = <Add>(d=y)';
    expect(score(other, ownKey)).toMatchObject({ score: 0.5, parts: { strict: 0 } });
  });

  test("no step is no answer, a key without steps the data's fault", () => {
    expect(score("First seed the cells.")).toMatchObject({ status: "no-answer", score: 0 });
    expect(score(key, "none").status).toBe("data-error");
  });
});
