/** A model that is told to wait holds up nobody else. */
import { expect, onTestFinished, test } from "vitest";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import { simulatedCollection } from "../../test/support/simulated-collection.ts";

test("while one model waits for its retry-after, the calls of another go on", async () => {
  const asked: string[] = [];
  const server = await scriptedServer(({ body }, response) => {
    const { model } = JSON.parse(body) as { model: string };
    asked.push(model);
    if (model === "maker/patient" && asked.filter((name) => name === model).length === 1) {
      response.setHeader("retry-after", "1");
      return json(response, { error: { message: "slower" } }, 429);
    }
    json(response, {
      model,
      choices: [{ message: { content: "B" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 5, completion_tokens: 1 },
    });
  });
  onTestFinished(() => server.close());
  const options = { prompts: 10, models: ["patient", "quick"], baseUrl: `${server.url}/v1`, concurrency: 1 };
  const { run } = await simulatedCollection({}, options);
  const { models } = await run({ retries: 2 });
  expect(models.map(({ done }) => done)).toEqual([10, 10]);
  const secondOfPatient = asked.indexOf("maker/patient", asked.indexOf("maker/patient") + 1);
  expect(asked.slice(0, secondOfPatient).filter((name) => name === "maker/quick")).toHaveLength(10);
});
