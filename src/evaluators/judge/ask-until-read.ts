/** Asks a judge until its reply can be read, three times at most. An outage and a shrug are no verdict, and no zero. */
import type { ChatMessage } from "../../core/chat.ts";
import { JudgeError } from "../../core/errors.ts";
import type { JudgeVerdict, ScoringTools } from "../../core/evaluator.ts";
import { failureText } from "../../core/failure-text.ts";
import type { Judge } from "../../core/judge.ts";
import { shownText } from "./shown-text.ts";

export interface JudgeQuestion<Verdict> {
  /** id and version of the judge prompt */
  readonly prompt: string;
  /** what is said, without the reminder of later attempts */
  readonly content: string;
  readonly replySchema?: object | undefined;
  /** what a reply should be, for the reminder: "the JSON asked for" */
  readonly form: string;
  /** @default 0 */
  readonly temperature?: number | undefined;
  readonly seat?: number | undefined;
  /** undefined when the reply holds no verdict */
  readonly read: (reply: string) => Verdict | undefined;
}

export interface Hearing<Verdict> {
  /** undefined: there is none, `why` says so */
  readonly verdict: Verdict | undefined;
  readonly why: string;
  /** the model that answered last; "" when none did */
  readonly model: string;
  readonly verdicts: readonly JudgeVerdict[];
  readonly costUsd: number;
}

const attempts = 3;
/** A verdict stands at the end; a reply may be as long as a judge was talked into. */
const mostReplyCharacters = 20_000;
const mostRecordedCharacters = 2000;

/** @throws what the judge throws but JudgeError: no further question would fare better, or the signal was aborted */
export async function askUntilRead<Verdict>(
  judge: Judge,
  question: JudgeQuestion<Verdict>,
  { signal }: Pick<ScoringTools, "signal">,
): Promise<Hearing<Verdict>> {
  const { prompt, replySchema, temperature = 0, seat } = question;
  const read = (text: string): Verdict | undefined =>
    failureText(text) ? undefined : question.read(text.slice(-mostReplyCharacters));
  let heard: Omit<Hearing<Verdict>, "verdict"> = { why: "", model: "", verdicts: [], costUsd: 0 };
  for (let attempt = 0; attempt < attempts; attempt++) {
    const messages = messagesOf(question, attempt);
    const isLast = attempt === attempts - 1;
    try {
      // oxlint-disable-next-line no-await-in-loop -- asked again only when the reply holds no verdict
      const reply = await judge.ask(
        {
          messages,
          prompt,
          temperature,
          attempt,
          ...(replySchema && { replySchema }),
          ...(seat !== undefined && { seat }),
          ...(isLast && { accepts: (text) => read(text) !== undefined }),
        },
        signal,
      );
      const verdict = read(reply.text);
      const said = { prompt, model: reply.model, reply: shownText(reply.text, mostRecordedCharacters) };
      heard = {
        why: verdict === undefined ? shrug(reply.text) : "",
        model: reply.model,
        verdicts: [...heard.verdicts, said],
        costUsd: heard.costUsd + reply.costUsd,
      };
      if (verdict !== undefined) return { ...heard, verdict };
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof JudgeError)) throw error;
      return { ...heard, verdict: undefined, why: error.problem };
    }
  }
  return { ...heard, verdict: undefined };
}

function shrug(text: string): string {
  return text.trim() === "" ? "an empty reply" : `no verdict in "${text.trim().slice(0, 80)}"`;
}

function messagesOf({ content, form }: JudgeQuestion<unknown>, attempt: number): ChatMessage[] {
  const reminder = `Your last reply could not be read. Reply with ${form} and nothing else.`;
  return [{ role: "user", content: attempt === 0 ? content : `${content}\n\n${reminder}` }];
}
