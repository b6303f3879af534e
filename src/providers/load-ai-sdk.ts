/**
 * Loads the AI SDK (`ai`) and one of its provider packages, both optional peers, and sees to it that they fit together: npm
 * puts majors side by side that do not, without an error, and then every call fails.
 */
import { createRequire } from "node:module";
import { PrerequisiteError, UsageError } from "../core/errors.ts";

/** The major of `ai` that is spoken here, and the version of its interface to providers. */
const sdkMajor = 6;
const specification = "v3";

/** Majors of the makers' packages that fit `ai` 6, read from their dependencies in the registry on 2026-11-28. */
const fittingMajors: Readonly<Record<string, number>> = {
  "@ai-sdk/amazon-bedrock": 4,
  "@ai-sdk/azure": 3,
  "@ai-sdk/cohere": 3,
  "@ai-sdk/google": 3,
  "@ai-sdk/google-vertex": 4,
  "@ai-sdk/mistral": 3,
  "@ai-sdk/openai-compatible": 2,
  "@ai-sdk/xai": 3,
};

/** A package as it is installed. */
export interface InstalledPackage {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** Gives the package, or undefined when it is not installed. */
export type PackageLoader = (name: string) => Promise<InstalledPackage | undefined>;

/** The part of a model that is looked at. */
export interface SdkModel {
  readonly specificationVersion?: unknown;
}

export interface AiSdk {
  /** `streamText` of `ai` */
  readonly streamText: (options: Readonly<Record<string, unknown>>) => { readonly fullStream: AsyncIterable<unknown> };
  /** A model of the provider package; throws PrerequisiteError when the two packages do not fit together. */
  readonly model: (settings: Readonly<Record<string, unknown>>, name: string) => SdkModel;
}

/**
 * @throws PrerequisiteError when one of them is absent or of another major, with the command that mends it; UsageError when
 *   the package is none of the AI SDK.
 */
export async function loadAiSdk(packageName: string, load: PackageLoader = installed): Promise<AiSdk> {
  const [sdk, provider] = await Promise.all([load("ai"), load(packageName)]);
  const missing = [...(sdk ? [] : ["ai"]), ...(provider ? [] : [packageName])];
  if (sdk === undefined || provider === undefined) {
    const problem = `${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} not installed`;
    throw new PrerequisiteError({ problem, where: "provider ai-sdk", mend: installBoth(packageName) });
  }
  if (Number.parseInt(sdk.version, 10) !== sdkMajor) throw unfit(`ai ${sdk.version} is installed`, packageName);
  const create = factoryOf(provider.exports, packageName);
  return {
    streamText: sdk.exports["streamText"] as AiSdk["streamText"],
    model(settings, name) {
      const made = create({ name: packageName.split("/").at(-1), ...settings })(name);
      if (made.specificationVersion === specification) return made;
      const speaks = String(made.specificationVersion);
      throw unfit(`${packageName} ${provider.version} speaks ${speaks} of the provider interface`, packageName);
    },
  };
}

function unfit(problem: string, packageName: string): PrerequisiteError {
  return new PrerequisiteError({
    problem: `${problem}, but ai ${sdkMajor} and packages that speak ${specification} are needed`,
    where: "provider ai-sdk",
    mend: installBoth(packageName),
  });
}

function installBoth(packageName: string): string {
  const major = fittingMajors[packageName];
  if (major !== undefined) return `Install them: npm install ai@${sdkMajor} ${packageName}@${major}`;
  const which = `of ${packageName} the major whose dependency @ai-sdk/provider is 3: npm view ${packageName} versions`;
  return `Install ai@${sdkMajor} (npm install ai@${sdkMajor}) and ${which}`;
}

type ModelFactory = (settings: Readonly<Record<string, unknown>>) => (model: string) => SdkModel;

/** Every provider package of the AI SDK exports one function create…: createGoogleGenerativeAI, createMistral. */
function factoryOf(exports: InstalledPackage["exports"], packageName: string): ModelFactory {
  const name = Object.keys(exports).find((key) => key.startsWith("create") && typeof exports[key] === "function");
  if (name !== undefined) return exports[name] as ModelFactory;
  throw new UsageError({
    problem: `"${packageName}" is no provider package of the AI SDK: it exports no create function`,
    where: "provider ai-sdk",
    mend: 'Name one under "package", e.g. "@ai-sdk/google"',
  });
}

const installed: PackageLoader = async (name) => {
  try {
    const { version } = createRequire(import.meta.url)(`${name}/package.json`) as { version: string };
    return { version, exports: (await import(name)) as InstalledPackage["exports"] };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
};
