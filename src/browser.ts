/**
 * The part of signalbox that runs in a web page: a saved text-linear router reads text and names the model to ask.
 * The files are those that Node reads, and so are the decisions, bit for bit. No file, no network but `fetchRouter`'s two
 * requests, no packages but zod and fastest-levenshtein.
 */
import { ArtefactError } from "./core/errors.ts";
import { decide } from "./core/fitted-router.ts";
import type { FittedRouter } from "./core/fitted-router.ts";
import type { Policy } from "./core/policy.ts";
import type { Decision } from "./core/router.ts";
import { artefactContent, artefactFiles } from "./experiment/artefact-content.ts";
import { textLinear } from "./routers/text-linear.ts";

/**
 * The router that `signalbox fit --router text-linear` saved, from the text of its `router.json` and the bytes of its
 * `weights.safetensors`. `from` names the place in errors.
 * @throws ArtefactError when the files are damaged, or hold a router that needs more than text.
 */
export async function readRouter(description: string, weights: Uint8Array, from = "router"): Promise<FittedRouter> {
  const routerByName = (label: string): { router: typeof textLinear; label: string } => {
    if (label.split("/")[0] === textLinear.name) return { router: textLinear, label };
    throw new ArtefactError({
      problem: `holds the router "${label}", which needs more than text`,
      where: from,
      mend: `Fit one that reads text alone: signalbox fit --router ${textLinear.name}`,
    });
  };
  return (await artefactContent(description, weights, from, { sha256, routerByName })).fitted;
}

/** The same, fetched from the folder at `address`, relative to the page. @throws ArtefactError when a file is not there. */
export async function fetchRouter(address: string, signal?: AbortSignal): Promise<FittedRouter> {
  const folder = address.replace(/\/+$/, "");
  const [description, weights] = await Promise.all(
    [artefactFiles.description, artefactFiles.weights].map((file) => bytesAt(`${folder}/${file}`, signal)),
  );
  return readRouter(new TextDecoder().decode(description), weights ?? new Uint8Array(0), folder);
}

/** The model to ask for a text; `order[0]` is its place in `fitted.models`. Under the saved policy unless told another. */
export function decideText(fitted: FittedRouter, text: string, policy: Policy = fitted.policy): Decision {
  return decide(fitted, { text, embedding: new Float32Array(0), promptTokens: NaN }, policy);
}

async function bytesAt(address: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const response = await fetch(address, signal ? { signal } : {});
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw new ArtefactError({
    problem: `the server answered ${response.status}`,
    where: address,
    mend: "Serve the folder that signalbox fit wrote beside the page.",
  });
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const { subtle } = globalThis.crypto;
  if (!subtle) {
    throw new ArtefactError({
      problem: "the checksum cannot be computed: this page is not in a secure context",
      mend: "Serve it over https, or from this machine as localhost.",
    });
  }
  const digest = await subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
