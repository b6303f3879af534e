import { expect, test } from "vitest";
import { gatewaySettings } from "../gateway/config.ts";
import { stateOptions } from "../gateway/state-options.ts";
import { defaultStateOptions } from "./state-options.ts";

test.each([
  [undefined, defaultStateOptions.whenAway],
  [{ budgets: "allow" as const }, { budgets: "open", limits: "open" }],
  [{ limits: "refuse" as const }, { budgets: "closed", limits: "closed" }],
])("%j is what the state answers while Redis is away", (whenStateIsAway, whenAway) => {
  expect(stateOptions(gatewaySettings({ whenStateIsAway })).whenAway).toEqual(whenAway);
});
