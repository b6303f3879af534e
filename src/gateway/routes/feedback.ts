/** POST /v1/feedback: what an answer was worth, for the log of calls: {"requestId": "sb-…", "score": 0.5}. */
import type { FastifyInstance } from "fastify";
import { feedbackSchema } from "../../serving/decision-record.ts";
import { ApiError } from "../api-error.ts";
import type { LiveGateway } from "../live-gateway.ts";

export function feedbackRoute(app: FastifyInstance, live: LiveGateway): void {
  app.post("/v1/feedback", (request, reply) => {
    const { log } = live.now;
    if (log === undefined) {
      const problem = "calls are not written down here, and scores neither";
      throw new ApiError({ status: 404, code: "no_log", problem, mend: "Name a file under gateway.log" });
    }
    const feedback = feedbackSchema.safeParse(parsed(request.body)).data;
    if (feedback === undefined) throw unreadable();
    log.feedback(live.now, { kind: "feedback", ...feedback });
    return reply.code(202).send({ status: "accepted" });
  });
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
