/** Goes on with an answer: at once where it is there, else when the promise resolves. */
import type { Answer } from "./state.ts";

export function after<Value, Result>(answer: Answer<Value>, next: (value: Value) => Answer<Result>): Answer<Result> {
  return answer instanceof Promise ? answer.then(next) : next(answer);
}
