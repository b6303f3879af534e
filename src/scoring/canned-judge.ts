/** A judge that gives replies written down beforehand, in call order: for vectors and tests of judged families. */
import type { Judge } from "../core/judge.ts";
import { JudgeError } from "../core/errors.ts";

/**
 * When all are used up a question that is repeated gets the reply it had, and a new one the last.
 * @throws JudgeError when there is none.
 */
export function cannedJudge(replies: readonly string[]): Judge {
  const given: { readonly content: string; readonly text: string }[] = [];
  let used = 0;
  return {
    name: "canned",
    seats: 1,
    ask({ messages, attempt = 0 }) {
      const content = messages.at(-1)?.content ?? "";
      const isRepeat = attempt > 0 && used >= replies.length;
      const before = isRepeat ? given.findLast((one) => content.startsWith(one.content)) : undefined;
      const text = before?.text ?? replies[Math.min(used++, replies.length - 1)];
      if (text === undefined) {
        return Promise.reject(new JudgeError({ problem: "the judge has no reply", mend: "Write one down." }));
      }
      given.push({ content, text });
      return Promise.resolve({ text, model: "canned", costUsd: 0, cached: false });
    },
  };
}
