import { JSONParser } from "@streamparser/json";
import { expect, test } from "vitest";
import { jsonWords } from "./json-words.ts";

const parsers = {
  whole: (text: string): unknown => JSON.parse(text),
  streaming: (text: string): void => {
    const parser = new JSONParser();
    parser.onValue = () => undefined;
    parser.write(text);
    if (!parser.isEnded) parser.end();
  },
};

test.each([
  ["whole", '{"a":', "broken JSON: it ends in the middle"],
  ["streaming", '{"a":', "broken JSON: it ends in the middle"],
  ["whole", '{"a":"b', "broken JSON: it ends in the middle"],
  ["streaming", '{"a":"b', "broken JSON: it ends in the middle"],
  ["whole", '{"a":NaN}', 'broken JSON: "N" is out of place'],
  ["streaming", '{"a":NaN}', /^broken JSON: "N" is out of place, at character \d+$/],
] as const)("the %s parser on %s", (parser, text, words) => {
  let message = "";
  try {
    parsers[parser](text);
  } catch (error) {
    ({ message } = error as Error);
  }
  expect(jsonWords(message)).toMatch(words);
  expect(jsonWords(message)).not.toMatch(/token|state/i);
});
