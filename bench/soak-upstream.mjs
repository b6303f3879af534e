/**
 * The endpoint of the soak: answers whole or as a stream with the number that stands in the prompt, and does wrong in a share of the
 * attempts, each fault in its turn. It keeps the books: which calls it answered in full how often, and what it did wrong.
 */
import { createServer } from "node:http";

const usage = { prompt_tokens: 25, completion_tokens: 4, total_tokens: 29 };
const json = { "content-type": "application/json" };
const chunk = (delta, finish = null) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

const faults = {
  whole: {
    reset: (response) => response.socket.resetAndDestroy(),
    "status 500": (response) => response.writeHead(500, json).end("oops"),
    "status 429": (response) => response.writeHead(429, { ...json, "retry-after": "0" }).end("{}"),
    "200 with an error": (response) => response.writeHead(200, json).end('{"error":{"code":500,"message":"no"}}'),
    "a page": (response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
    "cut body": (response) =>
      response.writeHead(200, { ...json, "content-length": 999 }).write('{"cho', () => response.socket.destroy()),
  },
  stream: {
    reset: (response) => response.socket.resetAndDestroy(),
    "status 500": (response) => response.writeHead(500, json).end("oops"),
    "error event before a token": (response) =>
      response.writeHead(200, { "content-type": "text/event-stream" }).end('data: {"error":{"message":"no"}}\n\n'),
    "cut stream": (response) =>
      response
        .writeHead(200, { "content-type": "text/event-stream" })
        .write(chunk({ role: "assistant", content: "half " }), () => response.socket.destroy()),
  },
};

/** @param faultEvery one attempt in so many goes wrong */
export async function soakUpstream(faultEvery) {
  const books = { attempts: 0, faults: {}, answers: new Map(), close: () => server.close() };
  const turns = { whole: 0, stream: 0 };
  const server = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      const kind = body.includes('"stream":true') ? "stream" : "whole";
      if (++books.attempts % faultEvery === 0) {
        const names = Object.keys(faults[kind]);
        const name = names[turns[kind]++ % names.length];
        books.faults[name] = (books.faults[name] ?? 0) + 1;
        return faults[kind][name](response);
      }
      const number = Number(/#(\d+)#/.exec(body)?.[1]);
      response.on("finish", () => books.answers.set(number, (books.answers.get(number) ?? 0) + 1));
      return kind === "stream" ? answerStream(response, number) : answerWhole(response, number);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(books, { url: `http://127.0.0.1:${server.address().port}` });
}

function answerWhole(response, number) {
  const message = { role: "assistant", content: `this is #${number}#` };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  const body = JSON.stringify({ id: "c", object: "chat.completion", choices, usage });
  response.writeHead(200, { ...json, "content-length": Buffer.byteLength(body) }).end(body);
}

function answerStream(response, number) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const word of ["this ", "is ", `#${number}#`]) response.write(chunk({ content: word }));
  response.write(chunk({}, "stop"));
  response.write(`data: ${JSON.stringify({ id: "c", choices: [], usage })}\n\n`);
  response.end("data: [DONE]\n\n");
}
