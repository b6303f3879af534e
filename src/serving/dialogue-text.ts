/**
 * A conversation as the text a router reads. Routers learnt from prompts: what a user wrote, without the system message
 * that stood before it (a data set's `system` is sent, and is no part of its prompts) and without answers. So a
 * conversation of one user message is that message, to the last character, and the decision is the benchmark's.
 *
 * Of more messages the default reads what the user wrote, all of it and in order: "commit it" after a hard task is read with
 * the task. Answers and results of tools are left out: no training prompt held any, they are long, and they would move the
 * decision with every step of an agent that works on one task. The encoder cuts what is too long in the middle, so the
 * task at the start and the latest message at the end are kept.
 */
import type { Dialogue } from "./decider.ts";

/**
 * Which messages are read: the user's; all but the system's, answers and results of tools included; or the user's last.
 */
export const conversationReadings = ["user-turns", "all-turns", "last-turn"] as const;
export type ConversationReading = (typeof conversationReadings)[number];

/** The text; without any message of the user, that of all messages. Messages are parted by a blank line. */
export function dialogueText(dialogue: Dialogue, reading: ConversationReading = "user-turns"): string {
  const fromUser = dialogue.filter(({ role }) => role === "user");
  if (fromUser.length === 0) return joined(dialogue);
  switch (reading) {
    case "user-turns":
      return joined(fromUser);
    case "all-turns":
      return joined(dialogue.filter(({ role }) => role !== "system" && role !== "developer"));
    case "last-turn":
      return fromUser.at(-1)?.text ?? "";
  }
}

/** Messages without text (an image alone, a call of a tool) are no blank lines. A single one stays as it is. */
function joined(turns: Dialogue): string {
  const spoken = turns.filter(({ text }) => text !== "");
  return spoken.length === 1 ? (spoken[0]?.text ?? "") : spoken.map(({ text }) => text).join("\n\n");
}
