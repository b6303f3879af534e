/**
 * POST /v1/feedback: what an answer was worth, for the log of calls: {"requestId": "sb-…", "score": 0.5}. The answer says whether the
 * call is known here: of another replica's calls, and of those before a restart, only the log can tell (read-decision-log.ts).
 */
import type { FastifyInstance } from "fastify";
import { feedbackSchema } from "../../serving/decision-record.ts";
import { takeRequest } from "../admission.ts";
import { ApiError } from "../api-error.ts";
import type { LiveGateway } from "../live-gateway.ts";

export function feedbackRoute(app: FastifyInstance, live: LiveGateway): void {
  app.post("/v1/feedback", async (request, reply) => {
    const { log, recent, state, keyOf } = live.now;
    const key = keyOf.get(request.raw);
    await takeRequest(state, key);
    if (log === undefined) {
      const problem = "calls are not written down here, and scores neither";
      throw new ApiError({ status: 404, code: "no_log", problem, mend: "Name a file under gateway.log" });
    }
    const feedback = feedbackSchema.safeParse(parsed(request.body)).data;
    if (feedback === undefined) throw unreadable();
    const found = recent.find(feedback.requestId);
    // Of another key's call nothing more is said than of one that never was.
    if (found === "none" || (found !== "unknown" && found.key !== (key?.id ?? ""))) throw noSuchCall();
    log.feedback(live.now, { kind: "feedback", ...feedback, ...(key && { key: key.id }) });
    return reply.code(202).send({ status: "accepted", matched: found === "unknown" ? "unknown" : "call" });
  });
}

function noSuchCall(): ApiError {
  const problem = "no call that this key may score has that request id";
  const mend = "The id stands in x-signalbox-request-id of the answer; score it with the key that asked";
  return new ApiError({ status: 404, code: "call_not_found", problem, mend, param: "requestId" });
}

function parsed(body: unknown): unknown {
  try {
    return Buffer.isBuffer(body) ? JSON.parse(body.toString("utf8")) : undefined;
  } catch {
    throw unreadable();
  }
}

function unreadable(): ApiError {
  const problem = "feedback is the request id of an answer and its score, from 0 to 1";
  const mend = 'Send {"requestId": "sb-…", "score": 1}; the id stands in x-signalbox-request-id';
  return new ApiError({ status: 400, code: "bad_feedback", problem, mend });
}
