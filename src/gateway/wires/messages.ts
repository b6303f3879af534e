/** Anthropic's messages. */
import { growingMessage, messageOf } from "../../providers/anthropic-wire.ts";
import type { Turn } from "../../serving/decider.ts";
import { contentText, hasPart, offersTools, tokensNeeded, turnsOf } from "./message-parts.ts";
import type { Wire } from "./wire.ts";

const pictures: ReadonlySet<string> = new Set(["image"]);

export const messagesWire: Wire = {
  operation: "messages",
  format: "anthropic",
  path: "/messages",
  dialogue({ system, messages }) {
    const turns = turnsOf(messages);
    const told = contentText(system);
    const first: Turn[] = told === "" ? [] : [{ role: "system", text: told }];
    return turns && [...first, ...turns];
  },
  needs({ tools, messages, max_tokens: most }, dialogue) {
    const { promptTokens, contextTokens } = tokensNeeded(dialogue, tools, [most]);
    const vision = hasPart(messages, pictures);
    return { promptTokens, contextTokens, tools: offersTools(tools), vision, json: false };
  },
  whole: messageOf,
  growing: growingMessage,
};
