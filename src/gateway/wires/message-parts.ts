/** Reading the contents of messages, as OpenAI's and Anthropic's formats write them: a text, or a list of parts. */
import { fieldsOf, wordOf } from "../../providers/wire-fields.ts";
import type { Fields } from "../../providers/wire-fields.ts";
import type { Dialogue, Needs, Turn } from "../../serving/decider.ts";

const roles = new Set<unknown>(["system", "developer", "user", "assistant", "tool"]);

/** The turns of a list of messages; undefined when it is no list of messages. */
export function turnsOf(messages: unknown): Turn[] | undefined {
  if (!Array.isArray(messages) || messages.length === 0) return undefined;
  return messages.map((message: unknown) => {
    const { role, content } = fieldsOf(message);
    return { role: (roles.has(role) ? role : "user") as Turn["role"], text: contentText(content) };
  });
}

/** The text of a content, parts joined by a line break; a picture or a file says nothing here. */
export function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  const texts = content.map((part: unknown) => {
    if (typeof part === "string") return part;
    const { text, content: inner } = fieldsOf(part);
    return wordOf(text) || contentText(inner);
  });
  return texts.filter((text) => text !== "").join("\n");
}

/** Whether a message of the list holds a part of one of these types. */
export function hasPart(messages: unknown, types: ReadonlySet<string>): boolean {
  if (!Array.isArray(messages)) return false;
  return messages.some((message: unknown) => {
    const { content } = fieldsOf(message);
    return Array.isArray(content) && content.some((part: unknown) => isPart(fieldsOf(part), types));
  });
}

function isPart({ type, content }: Fields, types: ReadonlySet<string>): boolean {
  if (types.has(wordOf(type))) return true;
  // The result of a tool may hold a picture.
  return Array.isArray(content) && content.some((inner: unknown) => isPart(fieldsOf(inner), types));
}

/** A token of English has about four characters; other scripts have fewer, so that this may be short of the truth. */
const charactersPerToken = 4;

/** Tokens of the conversation and of the tools, and those with the longest answer asked for; estimates. */
export function tokensNeeded(
  dialogue: Dialogue,
  tools: unknown,
  longestAnswer: readonly unknown[],
): Pick<Needs, "promptTokens" | "contextTokens"> {
  let characters = tools === undefined ? 0 : JSON.stringify(tools).length;
  for (const { text } of dialogue) characters += text.length + charactersPerToken;
  const promptTokens = Math.ceil(characters / charactersPerToken);
  const asked = longestAnswer.find((value): value is number => typeof value === "number" && value > 0) ?? 0;
  return { promptTokens, contextTokens: promptTokens + asked };
}

/** Whether tools are offered. */
export function offersTools(tools: unknown): Needs["tools"] {
  return Array.isArray(tools) && tools.length > 0;
}
