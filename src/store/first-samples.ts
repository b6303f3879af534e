/** Of several answers to each prompt the first: a table of outcomes has one cell for a model and a prompt. */
import type { Choice, FileVersion } from "./choose-files.ts";

/** The choice with the lowest sample of each run as its only winner; files of the further ones count as shadowed by it. */
export function firstSamples<File extends FileVersion>(choice: Choice<File>): Choice<File> {
  const first = new Map<string, File>();
  for (const file of choice.winners) {
    const known = first.get(runOf(file));
    if (known === undefined || sampleOf(file) < sampleOf(known)) first.set(runOf(file), file);
  }
  const winnerOf = (file: File): string => first.get(runOf(file))?.path ?? file.path;
  const further = choice.winners.filter((file) => winnerOf(file) !== file.path);
  if (further.length === 0) return choice;
  const others = new Set(further.map(({ path }) => path));
  const shadowed = further.map((file) => ({ path: file.path, winner: winnerOf(file) }));
  return {
    ...choice,
    winners: choice.winners.filter(({ path }) => !others.has(path)),
    shadowed: [...choice.shadowed, ...shadowed],
  };
}

function runOf({ header: { dataset, split, model } }: FileVersion): string {
  return JSON.stringify([dataset, split, model]);
}

function sampleOf({ header: { sample = 0 } }: FileVersion): number {
  return sample;
}
