/** All evaluators, one file a family. A family's file, and its line here, are all it takes. */
import type { Evaluator } from "../core/evaluator.ts";
import { unknownName } from "../core/near-names.ts";
import { assignment } from "./assignment.ts";
import { boxedMaths } from "./boxed-maths.ts";
import { external } from "./external.ts";
import { finalAnswerSpan } from "./final-answer-span.ts";
import { grid } from "./grid.ts";
import { codeAssertions } from "./code-assertions.ts";
import { codeCompletion } from "./code-completion.ts";
import { codeInputOutput } from "./code-input-output.ts";
import { idea } from "./idea.ts";
import { judged } from "./judged.ts";
import { kor } from "./kor.ts";
import { label } from "./label.ts";
import { letter } from "./letter.ts";
import { numeric } from "./numeric.ts";
import { protocol } from "./protocol.ts";
import { packedTests } from "./packed-tests.ts";
import { pairwise } from "./pairwise.ts";
import { research } from "./research.ts";

export const evaluators: readonly Evaluator[] = [
  letter,
  boxedMaths,
  numeric,
  kor,
  label,
  assignment,
  grid,
  protocol,
  codeAssertions,
  codeInputOutput,
  codeCompletion,
  packedTests,
  judged,
  pairwise,
  research,
  idea,
  finalAnswerSpan,
  external,
];

/** @throws UsageError with the near names for an unknown one. */
export function evaluatorByName(name: string): Evaluator {
  const found = evaluators.find((candidate) => candidate.name === name);
  if (found) return found;
  throw unknownName(
    "evaluator",
    name,
    evaluators.map((evaluator) => evaluator.name),
  );
}
