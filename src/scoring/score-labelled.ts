/** The scorer's label of every row of a labelled sample: as the row gives it, or scored now. */
import { datasetByName } from "../datasets/registry.ts";
import type { LabelledPair } from "./agreement.ts";
import { labelText } from "./read-labelled-sample.ts";
import type { LabelledRow } from "./read-labelled-sample.ts";
import { scoreAnswers } from "./score-answers.ts";
import type { ScoreAnswersOptions } from "./score-answers.ts";

/** @throws UsageError for an unknown data set; as `scoreAnswers` */
export async function scoreLabelled(
  rows: readonly LabelledRow[],
  options: ScoreAnswersOptions,
): Promise<LabelledPair[]> {
  const pairs: LabelledPair[] = rows.map(({ id, human, scorer }, i) => ({
    id: id ?? String(i + 1),
    human: labelText(human),
    scorer: scorer === undefined || scorer === null ? undefined : labelText(scorer),
  }));
  const toScore = [...rows.entries()].filter(([, { scorer }]) => scorer === undefined);
  for (const name of new Set(toScore.map(([, { dataset = "" }]) => dataset))) {
    const own = toScore.filter(([, { dataset }]) => dataset === name);
    const answers = own.map(([, { response = "", truth = null, record }]) => ({ response, truth, record }));
    // oxlint-disable-next-line no-await-in-loop -- one data set after the other
    const results = await scoreAnswers(datasetByName(name), answers, options);
    for (const [n, [i]] of own.entries()) {
      const [pair, result] = [pairs[i], results[n]];
      if (!pair || !result) continue;
      const scorer = Number.isNaN(result.score) ? undefined : String(result.score);
      pairs[i] = { ...pair, scorer, detail: result.detail };
    }
  }
  return pairs;
}
