/**
 * The texts of a response that may be its program, best first. Which of them is Python and defines what is asked for is
 * decided where Python is at hand: in the sandbox.
 */
import { fences } from "../text/fences.ts";

const pythonTags: ReadonlySet<string> = new Set(["python", "python3", "py", "py3", ""]);

export interface CandidateOptions {
  /** the head of the function that was given, for responses that go on from it */
  readonly prompt?: string | undefined;
  /** whether only fenced text counts, because the prompt asked for a fence */
  readonly fencedOnly?: boolean;
}

/**
 * Fenced blocks from the last to the first; all of them joined; text between [BEGIN] and [DONE]; the whole text; and each
 * of these as the continuation of the prompt. Texts without a character are left out.
 */
export function codeCandidates(visible: string, { prompt, fencedOnly = false }: CandidateOptions = {}): string[] {
  const blocks = fences(visible)
    .filter(({ tag }) => pythonTags.has(tag))
    .map(({ content }) => content);
  const marked = /\[BEGIN\]\n?([\s\S]*?)(?:\[DONE\]|$)/.exec(visible)?.[1];
  const bare = fencedOnly ? [] : [...(marked === undefined ? [] : [marked]), visible];
  const joined = blocks.length > 1 ? [blocks.join("\n\n")] : [];
  const own = [...blocks.toReversed(), ...joined, ...bare].filter((text) => text.trim() !== "");
  const continued = prompt === undefined ? [] : own.flatMap((text) => continuations(prompt, text));
  return [...new Set([...own, ...continued])];
}

/** As it is, and as a function's body that lost its indentation. */
function continuations(prompt: string, text: string): string[] {
  const indented = text.replaceAll(/^(?=[^\n])/gm, "    ");
  return [prompt + text, `${prompt}\n${indented}`];
}
