import { assert, array, property, string } from "fast-check";
import { expect, test } from "vitest";
import { shellWord } from "./shell-word.ts";
import { shellWords } from "./shell-words.ts";

test("a command put together from words is parted into them again", () => {
  assert(
    property(array(string()), (words) => {
      const line = words.map((word) => shellWord(word)).join(" ");
      expect(shellWords(line)).toEqual(words);
    }),
  );
});
