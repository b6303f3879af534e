import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { sampleInspection, sampleReport } from "../../test/support/sample-report.ts";
import { inspectionToJson, reportToJson } from "./json.ts";
import { jsonSchemaText, publishedSchemas, type PublishedSchema } from "./json-schema.ts";

const published = (name: PublishedSchema) =>
  readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), "utf8");
const validate = (name: PublishedSchema) => new Ajv2020({ strict: true }).compile(JSON.parse(published(name)));

describe("JSON", () => {
  test.each(publishedSchemas)("schemas/%s.schema.json is what scripts/gen-schemas.mjs would write", (name) => {
    expect(published(name)).toBe(jsonSchemaText(name));
  });

  test("the report validates against the published schema", () => {
    const check = validate("compare");
    for (const options of [{}, { hasCost: false }, { routers: ["random"] }, { models: 30, datasets: 20 }]) {
      check(JSON.parse(reportToJson(sampleReport(options))));
      expect(check.errors).toBeNull();
    }
  });

  test("the inspection validates against the published schema", () => {
    const check = validate("inspect");
    check(JSON.parse(inspectionToJson(sampleInspection())));
    expect(check.errors).toBeNull();
  });

  test("the order of the keys is the schema's, however the value was made", () => {
    const report = sampleReport();
    const turned = Object.fromEntries(Object.entries(report).toReversed()) as typeof report;
    expect(reportToJson(turned)).toBe(reportToJson(report));
    expect(reportToJson(report)).toMatch(/^\{\n {2}"schemaVersion": 1,[^]*\}\n$/);
  });

  test("NaN and infinities are null", () => {
    const report = sampleReport({ routers: ["knn"] });
    const [router] = report.routers;
    if (router !== undefined) router.sampleMean = NaN;
    if (router !== undefined) router.fitSeconds = Infinity;
    const [read] = (JSON.parse(reportToJson(report)) as typeof report).routers;
    expect([read?.sampleMean, read?.fitSeconds]).toEqual([null, null]);
  });

  test("a value that does not fit the schema is refused", () => {
    expect(() => reportToJson({ ...sampleReport(), seeds: [1.5] })).toThrow(/int/);
  });
});
