/** OpenAI's own client asks the gateway. First: npm install openai; npx signalbox serve --router my-router */
import OpenAI, { APIError } from "openai";

const client = new OpenAI({
  baseURL: process.env["GATEWAY"] ?? "http://127.0.0.1:8787/v1",
  apiKey: process.env["SIGNALBOX_KEY"] ?? "unused", // from npx signalbox keys create, where keys are required
});

// Who answered, and why, stands in the headers.
const { data, response } = await client.chat.completions
  .create({ model: "auto", messages: [{ role: "user", content: "What is 17 * 23 + 4?" }] })
  .withResponse();
const said = (name = "") => response.headers.get(`x-signalbox-${name}`);
console.log(`${data.choices[0]?.message.content} (${said("model")}: ${said("reason")}, ${said("score")} expected)`);

// What may be chosen for one call is said in headers, too. A stream says its usage at the end when it is asked to.
const stream = await client.chat.completions.create(
  {
    model: "auto",
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: "user", content: "Which river flows through Vienna?" }],
  },
  { headers: { "x-signalbox-exclude": "GPT-*" } },
);
let [model, text, tokens] = ["", "", 0];
for await (const chunk of stream) {
  model = chunk.model;
  text += chunk.choices[0]?.delta.content ?? "";
  tokens = chunk.usage?.total_tokens ?? tokens;
}
console.log(`${text} (${model}, ${tokens} tokens)`);

// Errors are the client's own, with a code to act on.
await client.chat.completions.create({ model: "nobody", messages: [] }).catch((error) => {
  if (error instanceof APIError) console.log(`${error.status} ${error.code}`);
});
