import { expect, test } from "vitest";
import { put, record, root, write } from "../../test/support/result-folder.ts";
import { recordedAnswers } from "./recorded-answers.ts";

test("a byte order mark at the beginning of a result file is no part of it", async () => {
  const head = { model_name: "m", dataset_name: "d", split: "test", demo: false };
  await put("marked.json", `\uFEFF${JSON.stringify({ ...head, records: [record(1)] })}`);
  await write({ dataset: "other" });

  const outputs = new Set<string>();
  for await (const { header, output } of recordedAnswers(root)) outputs.add(`${header.dataset}: ${output}`);

  expect(outputs).toEqual(new Set(["d: long answer", "other: long answer"]));
});
