import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Dialogue } from "./decider.ts";
import { dialogueText } from "./dialogue-text.ts";

const turns: Dialogue = [
  { role: "system", text: "You are terse." },
  { role: "user", text: "Prove the theorem." },
  { role: "assistant", text: "Done." },
  { role: "tool", text: "exit 0" },
  { role: "user", text: "commit it" },
];

test("one message of the user is the benchmark's prompt, to the last character, whatever the system says", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (system, text) => {
      const dialogue: Dialogue = [
        { role: "system", text: system },
        { role: "user", text },
      ];
      expect(dialogueText(dialogue)).toBe(text);
      expect(dialogueText(dialogue, "all-turns")).toBe(text);
      expect(dialogueText(dialogue, "last-turn")).toBe(text);
    }),
  );
});

test("what the user wrote before is read with the last message, so that a short one keeps its task", () => {
  expect(dialogueText(turns)).toBe("Prove the theorem.\n\ncommit it");
});

test("the steps of an agent between two messages of the user do not change the text", () => {
  const later: Dialogue = [...turns, { role: "assistant", text: "committing" }, { role: "tool", text: "exit 0" }];
  expect(dialogueText(later)).toBe(dialogueText(turns));
});

test("answers and the results of tools are read when asked for", () => {
  expect(dialogueText(turns, "all-turns")).toBe("Prove the theorem.\n\nDone.\n\nexit 0\n\ncommit it");
  expect(dialogueText(turns, "last-turn")).toBe("commit it");
});

test("without a message of the user all are read; an image alone is no text", () => {
  expect(dialogueText([{ role: "system", text: "Go on." }])).toBe("Go on.");
  expect(
    dialogueText([
      { role: "user", text: "" },
      { role: "user", text: "What is this?" },
    ]),
  ).toBe("What is this?");
  expect(dialogueText([])).toBe("");
});
