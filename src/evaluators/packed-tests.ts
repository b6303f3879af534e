/** The reader of packed tests itself, held to what they hold: a check of the reader, not of a model. */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import { failedAnswer, graded } from "../core/score-result.ts";
import { unpackedTests } from "./code/packed-tests.ts";
import { visibleText } from "./text/visible-text.ts";

export const packedTests = defineEvaluator({
  name: "packed-tests",
  summary: "Whether hidden tests are unpacked as they were, and anything else is refused: a check of the reader.",
  options: z.strictObject({}),

  async score({ response, truth }) {
    const packed = visibleText(response).trim();
    if (packed === "") return failedAnswer("no-answer", "nothing is packed");
    const tests = await unpackedTests(packed);
    if (tests === undefined) return failedAnswer("unparseable", "not tests, and nothing but tests is read");
    const { count, inputLength } = Object(truth) as { readonly count?: number; readonly inputLength?: number };
    const isSame = Array.isArray(truth)
      ? JSON.stringify(tests) === JSON.stringify(truth)
      : tests.length === count && tests[0]?.input.length === inputLength;
    return graded(isSame, `${tests.length}`);
  },
});
