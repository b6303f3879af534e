/** Several answers to each prompt stand in a file each: which of them is the first of its run, and which are further ones. */
import type { FileVersion } from "./choose-files.ts";

export interface PartedSamples<File> {
  /** the file of the lowest sample of each run, in the order given */
  readonly first: readonly File[];
  /** the others, those of a run by their sample */
  readonly further: readonly File[];
}

/** A run is a data set, a split and a model. */
export interface RunSamples {
  readonly dataset: string;
  readonly split: string;
  readonly model: string;
  readonly samples: number;
}

export function partSamples<File extends Pick<FileVersion, "header">>(files: readonly File[]): PartedSamples<File> {
  const first = new Map<string, File>();
  for (const file of files) {
    const known = first.get(runOf(file));
    if (known === undefined || sampleOf(file) < sampleOf(known)) first.set(runOf(file), file);
  }
  const isFirst = (file: File): boolean => first.get(runOf(file)) === file;
  return {
    first: files.filter(isFirst),
    further: files.filter((file) => !isFirst(file)).toSorted((a, b) => sampleOf(a) - sampleOf(b)),
  };
}

/** How many samples each run has that has several. */
export function runSamples({ first, further }: PartedSamples<Pick<FileVersion, "header">>): RunSamples[] {
  const counts = new Map<string, number>();
  for (const file of further) counts.set(runOf(file), (counts.get(runOf(file)) ?? 1) + 1);
  return first.flatMap((file) => {
    const { dataset, split, model } = file.header;
    const samples = counts.get(runOf(file));
    return samples === undefined ? [] : [{ dataset, split, model, samples }];
  });
}

/** The same text for files of one run. */
export function runOf({ header: { dataset, split, model } }: Pick<FileVersion, "header">): string {
  return JSON.stringify([dataset, split, model]);
}

function sampleOf({ header: { sample = 0 } }: Pick<FileVersion, "header">): number {
  return sample;
}
