/** A judge that gives replies written down beforehand, in call order: for vectors and tests of judged families. */
import type { Judge } from "../core/judge.ts";
import { JudgeError } from "../core/errors.ts";

/** The last reply is given again when there are more calls than replies. @throws JudgeError when there is none. */
export function cannedJudge(replies: readonly string[]): Judge {
  let calls = 0;
  return {
    name: "canned",
    seats: 1,
    ask() {
      const text = replies[Math.min(calls++, replies.length - 1)];
      if (text === undefined) {
        return Promise.reject(new JudgeError({ problem: "the judge has no reply", mend: "Write one down." }));
      }
      return Promise.resolve({ text, model: "canned", costUsd: 0, cached: false });
    },
  };
}
