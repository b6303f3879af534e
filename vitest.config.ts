import { defineConfig } from "vitest/config";

const json = process.env["VITEST_JSON"];

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    // What is waited for comes; on a busy machine later than the second that is the default.
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
    reporters: json ? ["default", "json"] : ["default"],
    ...(json && { outputFile: { json } }),
  },
});
