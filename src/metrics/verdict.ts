/**
 * The verdict in words: which router beats the best single model, by how much and how surely, and which routers cannot
 * be told from the best one. Cheats must not be handed in. Spec §5.12.
 *
 * A router beats the best single model when its paired difference is positive with a Holm-adjusted p below 0.05.
 */
import type { Interval } from "../math/stats.ts";
import { intervalWords, nameList, pWords, signedPoints } from "./wording.ts";

export const significance = 0.05;

/** A ranked router against the best single model; fractions. */
export interface Contender {
  readonly name: string;
  readonly deltaBestSingle: { readonly mean: number; readonly ci95: Interval; readonly pAdjusted: number };
}

/** A paired comparison of two ranked routers: AvgAcc of a − AvgAcc of b. */
export interface PairTest {
  readonly a: string;
  readonly b: string;
  readonly pAdjusted: number;
}

export interface VerdictInput {
  readonly bestSingle: string;
  /** without cheats, and without the best single model itself */
  readonly contenders: readonly Contender[];
  readonly pairwise: readonly PairTest[];
}

export interface Verdict {
  /** The best router, if any beats the best single model. */
  readonly best: string | undefined;
  /** All that beat it, best first. */
  readonly winners: readonly string[];
  /** Routers not distinguishable from the best one; from the best single model when no router beats it. */
  readonly tied: readonly string[];
  /** The headline. */
  readonly sentence: string;
  /** What else must be said. */
  readonly findings: readonly string[];
}

/** Sums taken in another order differ below this. */
const tieDigits = 9;

/** Of equal differences the first given leads, as on the leaderboard. */
export function verdict({ bestSingle, contenders, pairwise }: VerdictInput): Verdict {
  const level = ({ deltaBestSingle: { mean } }: Contender) => Number(mean.toFixed(tieDigits));
  const ranked = contenders.toSorted((a, b) => level(b) - level(a));
  const winners = ranked.filter(({ deltaBestSingle: { mean, pAdjusted } }) => mean > 0 && pAdjusted < significance);
  const best = winners[0];
  return best ? withWinner(bestSingle, best, winners, ranked, pairwise) : withoutWinner(bestSingle, ranked);
}

function withWinner(
  bestSingle: string,
  best: Contender,
  winners: readonly Contender[],
  ranked: readonly Contender[],
  pairwise: readonly PairTest[],
): Verdict {
  const tied = ranked
    .filter(({ name }) => name !== best.name && !apart(pairwise, best.name, name))
    .map(({ name }) => name);
  const alsoWon = winners.filter(({ name }) => name !== best.name);
  return {
    best: best.name,
    winners: winners.map(({ name }) => name),
    tied,
    sentence: `${best.name} beats the best single model (${bestSingle}) by ${lead(best)}.`,
    findings: [
      ...(tied.length > 0
        ? [`${nameList(tied)} ${isAre(tied)} not distinguishable from ${best.name}, the best router.`]
        : []),
      ...alsoWords(alsoWon, bestSingle),
    ],
  };
}

/** Few are told one by one, many in one sentence: their intervals stand in the table. */
function alsoWords(alsoWon: readonly Contender[], bestSingle: string): string[] {
  const last = alsoWon.at(-1);
  if (alsoWon.length <= 3 || !last) {
    return alsoWon.map((contender) => `${contender.name} also beats ${bestSingle}, by ${lead(contender)}.`);
  }
  const [first = last] = alsoWon;
  const range = `${signedPoints(last.deltaBestSingle.mean)} to ${signedPoints(first.deltaBestSingle.mean)} points`;
  const names = nameList(alsoWon.map(({ name }) => name));
  return [`${names} also beat ${bestSingle}, by ${range}, each with a Holm-adjusted p below ${significance}.`];
}

/** From this much on, the upper end of an interval leaves room for a gain worth having. */
const worthHaving = 0.01;

function withoutWinner(bestSingle: string, ranked: readonly Contender[]): Verdict {
  const tied = ranked
    .filter(({ deltaBestSingle: { pAdjusted } }) => !(pAdjusted < significance))
    .map(({ name }) => name);
  const worse = ranked.filter(({ name }) => !tied.includes(name)).map(({ name }) => name);
  return {
    best: undefined,
    winners: [],
    tied,
    sentence: `On these prompts no router beats the best single model (${bestSingle})${nearestWords(ranked[0])}.`,
    findings: [
      ...(tied.length > 0 ? [`${nameList(tied)} ${isAre(tied)} not distinguishable from ${bestSingle}.`] : []),
      ...(worse.length > 0 ? [`${nameList(worse)} ${isAre(worse)} worse than ${bestSingle}.`] : []),
    ],
  };
}

/** "no router beats" is not "none can": where the best estimate is a gain, a wide interval is said to be one. */
function nearestWords(nearest: Contender | undefined): string {
  if (!nearest) return "";
  const { mean, ci95 } = nearest.deltaBestSingle;
  if (mean <= 0 || ci95[1] < worthHaving) return `; the nearest, ${nearest.name}, is at ${lead(nearest)}`;
  return (
    ` with confidence: the best router, ${nearest.name}, is not distinguishable from it, at ${lead(nearest)}. ` +
    "The prompts are too few to tell"
  );
}

function lead({ deltaBestSingle: { mean, ci95, pAdjusted } }: Contender): string {
  return `${signedPoints(mean)} points of AvgAcc (${intervalWords(ci95)}, Holm-adjusted p ${pWords(pAdjusted)})`;
}

function apart(pairwise: readonly PairTest[], first: string, second: string): boolean {
  const test = pairwise.find(({ a, b }) => (a === first && b === second) || (a === second && b === first));
  return test !== undefined && test.pAdjusted < significance;
}

function isAre(names: readonly string[]): string {
  return names.length === 1 ? "is" : "are";
}
