/** The model that is best alone, as a saved router keeps it of its training. */
import { loadRouter } from "../experiment/artefact.ts";

/** Among those that can be asked; undefined where the router was saved without what training looked like, or knows none of them. */
export async function bestSingleOf(router: string, models: ReadonlySet<string>): Promise<string | undefined> {
  const { fitted } = await loadRouter(router);
  let [best, bestScore]: [string | undefined, number] = [undefined, -Infinity];
  fitted.models.forEach(({ id }, column) => {
    const score = fitted.reference?.score[column] ?? NaN;
    if (models.has(id) && score > bestScore) [best, bestScore] = [id, score];
  });
  return best;
}
