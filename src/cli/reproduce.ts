/** The command at the end of a report: pasted in the same directory, it gives the same numbers. */
import { defaultSeeds } from "../experiment/compare.ts";
import type { CompareCommandOptions } from "./compare-command-options.ts";
import { shellWord } from "./shell-word.ts";

/** The command that gives the report again, from the directory this one was given in: the data as they were typed. */
export function reproduceCommand(path: string, options: CompareCommandOptions): string {
  const parts = ["npx signalbox compare", shellWord(path)];
  const add = (flag: string, value: string | number | readonly (string | number)[] | undefined): void => {
    if (value !== undefined) parts.push(flag, shellWord(typeof value === "object" ? value.join(",") : String(value)));
  };
  add("--models", options.models);
  add("--datasets", options.datasets);
  add("--splits", options.splits);
  add("--exclude-models", options.excludeModels);
  add("--exclude-datasets", options.excludeDatasets);
  add("--exclude-splits", options.excludeSplits);
  add("--reference-models", options.referenceModels);
  add("--unscored", options.unscored);
  add("--map", options.map && Object.entries(options.map).map(([field, column]) => `${field}=${column}`));
  add("--routers", options.routers);
  add("--seeds", options.seeds ?? defaultSeeds);
  add("--train-ratio", options.trainRatio ?? 0.7);
  add("--ood", options.ood);
  add("--split", options.split ?? "native");
  add(
    "--encoder",
    typeof options.encoder === "object" ? JSON.stringify(options.encoder) : (options.encoder ?? "ngram"),
  );
  add("--best-single", options.bestSingle);
  add("--draws", options.draws);
  add("--config", options.config);
  if (options.demoRuns) parts.push("--demo-runs");
  return parts.join(" ");
}
