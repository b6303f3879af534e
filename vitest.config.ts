import { defineConfig } from "vitest/config";

const json = process.env["VITEST_JSON"];

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    maxWorkers: 2,
    reporters: json ? ["default", "json"] : ["default"],
    ...(json && { outputFile: { json } }),
  },
});
