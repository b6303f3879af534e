/** The plain sentences every view repeats: what was compared, what was left out, where the numbers come from. */
import type { Report, RouterReport } from "../core/report.ts";
import { plural } from "../core/plural.ts";
import { count, percent, signedPoints } from "./format.ts";

/** What was compared, in one line. */
export function subjectLine(report: Report): string {
  const { data, split, seeds } = report;
  const parts = [
    `${data.name}: ${plural(data.prompts, "prompt")}, ${plural(data.models, "model")}, ${plural(data.datasets, "data set")}`,
    `${split.mode} split, ${percent(split.trainRatio, 0)} % for training`,
    plural(seeds.length, "seed"),
    `encoder ${report.encoder.spec}`,
  ];
  return parts.join(" · ");
}

/** Sentences on what did not enter the numbers, or entered them specially. Empty when nothing was left out. */
export function leftOut(report: Report): string[] {
  const { data, split } = report;
  const sentences: string[] = [];
  const cells = [
    data.failed > 0 ? `${count(data.failed)} failed` : "",
    data.unscored > 0 ? `${count(data.unscored)} unscored` : "",
    data.missing > 0 ? `${count(data.missing)} missing` : "",
  ].filter((part) => part !== "");
  if (cells.length > 0) {
    sentences.push(`Of ${count(data.prompts * data.models)} prompt–model pairs: ${cells.join(", ")}.`);
  }
  if (split.ood.length > 0) sentences.push(`Held out of training as out of distribution: ${split.ood.join(", ")}.`);
  for (const router of report.routers) {
    if (router.missingPicks > 0) {
      sentences.push(`${router.name} chose a model that has no record for ${plural(router.missingPicks, "prompt")}.`);
    }
    if (router.failedPicks > 0) {
      sentences.push(`${router.name} chose a model whose call had failed for ${plural(router.failedPicks, "prompt")}.`);
    }
  }
  return [...sentences, ...data.warnings];
}

/**
 * Findings and the collapse alarms. That a router merely ties with the best single model is said once, and so is that
 * several routers do: in one sentence, as for routers that send nearly everything to one and the same model.
 */
export function allFindings(report: Report): string[] {
  const tied = `not distinguishable from ${report.bestSingle.name}`;
  const tiesAreSaid = report.findings.some((finding) => finding.includes(tied));
  const alarms = report.routers.flatMap((router) =>
    router.collapse === null ? [] : [{ router, collapse: router.collapse }],
  );
  const disguised = alarms.filter(({ collapse }) => collapse.includes("in disguise"));
  const level = alarms.filter((alarm) => !disguised.includes(alarm));
  return [
    ...report.findings,
    ...disguiseSentences(report, disguised),
    ...(tiesAreSaid ? [] : levelSentences(report, level)),
  ];
}

interface Alarm {
  readonly router: RouterReport;
  readonly collapse: string;
}

function disguiseSentences(report: Report, alarms: readonly Alarm[]): string[] {
  const mostAsked = ({ router }: Alarm): { model: string; share: number } => {
    const shares = router.selectionShare.map((share) => share ?? 0);
    const share = Math.max(...shares);
    return { model: report.data.modelNames[shares.indexOf(share)] ?? "", share };
  };
  const models = [...new Set(alarms.map((alarm) => mostAsked(alarm).model))];
  return models.flatMap((model) => {
    const own = alarms.filter((alarm) => mostAsked(alarm).model === model);
    const [only] = own;
    if (own.length === 1 && only) return [only.collapse];
    const named = own.map((alarm) => `${alarm.router.name} ${percent(mostAsked(alarm).share)} %`);
    const fewMatter = own.some(({ collapse }) => collapse.includes("the few others"));
    return [
      `${own.length} routers are ${fewMatter ? "nearly " : ""}one model in disguise: nearly every test prompt goes to ${model} ` +
        `(${named.join(", ")})${fewMatter ? "; what they gain or lose comes from the few others" : ""}.`,
    ];
  });
}

function levelSentences(report: Report, alarms: readonly Alarm[]): string[] {
  if (alarms.length < 2) return alarms.map(({ collapse }) => collapse);
  const named = alarms.map(({ router }) => `${router.name} ${signedPoints(router.deltaBestSingle.mean)}`);
  return [
    `${alarms.length} routers are not distinguishable from the best single model (${report.bestSingle.name}), in points: ` +
      `${named.join(", ")}.`,
  ];
}

/** Which model the Δ columns compare with. */
export function baselineLine(report: Report): string {
  return `Best single model: ${report.bestSingle.name} (chosen on ${report.bestSingle.pickedOn}).`;
}
