/**
 * The search for words that steer a router when they stand in front of a prompt, whatever the prompt: the confounder gadgets of
 * Shafran, Schuster, Ristenpart and Shmatikov, "Rerouting LLM Routers" (2025, arXiv:2501.01818). As theirs: ten tokens, one place after
 * the other changed to what raises the goal most of a few drawn ones. Ours: tokens are words of the training prompts, the climb begins at
 * the best of some random prefixes, and the goal is the price of the models chosen for a sample of prompts; a router's own score
 * decides only among prefixes of one price.
 */

export interface GadgetSearch {
  /** A word, drawn at random. */
  readonly draw: () => string;
  readonly worth: (prefix: string) => Promise<Worth>;
}

/** What a prefix is worth to whoever writes it; NaN never wins. */
export interface Worth {
  readonly price: number;
  /** how near the router is to choosing the dearest model: decides where prices are alike, so that there is a slope to climb */
  readonly nearness: number;
}

export interface FoundGadgets {
  readonly best: string;
  /** those that the climb began with, which nobody chose */
  readonly random: readonly string[];
}

export const gadgetWords = 10;
const starts = 12;
/** over all places */
const sweeps = 2;
/** words tried at a place */
const tries = 3;

/** The first of those that are worth alike. */
export async function searchGadget({ draw, worth }: GadgetSearch): Promise<FoundGadgets> {
  const drawn = Array.from({ length: starts }, () => Array.from({ length: gadgetWords }, draw));
  let [best, bestWorth]: [readonly string[], Worth] = [drawn[0] ?? [], nothing];
  const tryOut = async (gadget: readonly string[]): Promise<void> => {
    const own = await worth(gadget.join(" "));
    if (isBetter(own, bestWorth)) [best, bestWorth] = [gadget, own];
  };
  for (const gadget of drawn) await tryOut(gadget);
  for (let step = 0; step < sweeps * gadgetWords; step++)
    for (let nth = 0; nth < tries; nth++) await tryOut(best.with(step % gadgetWords, draw()));
  return { best: best.join(" "), random: drawn.map((gadget) => gadget.join(" ")) };
}

const nothing: Worth = { price: -Infinity, nearness: -Infinity };

function isBetter(own: Worth, best: Worth): boolean {
  return own.price > best.price || (own.price === best.price && own.nearness > best.nearness);
}
