/** A sentence without the options it turns down: "not B", "rather than C", "A and D are wrong". */

const letter = String.raw`(?:(?:option|choice)s?\s+)?["'“‘([]?\b[A-Z]\b["'”’)\]]?`;
const letters = String.raw`${letter}(?:\s*(?:,|or|and|nor|/|&)+\s*${letter})*`;
const turnedDown = String.raw`(?:wrong|incorrect|false|excluded|eliminated|impossible|invalid|untrue|not|out|ruled out|left out)\b`;
const before = new RegExp(
  String.raw`\b(?:not|[a-z]+n't be|rather than|instead of|unlike|neither|excluding|excludes?|eliminat\w+|rul\w+ out|reject\w*|discard\w*)\s+(?:(?:be|the|answer|either)\s+)*${letters}`,
  "g",
);
const after = new RegExp(
  String.raw`${letters}\s+(?:(?:is|are|was|were|can be|could be|must be|seems?|looks?)\s+(?:[a-z]+\s+){0,2}?${turnedDown}|cannot\b|(?:[a-z]+n't|does not|do not|did not|would not|could not|will not|fails?)\b)`,
  "g",
);

export function withoutRejected(text: string): string {
  // Nothing shorter turns a letter down: "not A".
  return text.length < 5 ? text : text.replaceAll(before, " ").replaceAll(after, " ");
}
