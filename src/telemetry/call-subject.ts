/** Names an endpoint as the GenAI conventions of OpenTelemetry do. */
import type { CallSubject } from "./call-observer.ts";

/** The end of a host's name → gen_ai.provider.name. */
const makers: Readonly<Record<string, string>> = {
  "api.openai.com": "openai",
  "openai.azure.com": "azure.ai.openai",
  "api.anthropic.com": "anthropic",
  "generativelanguage.googleapis.com": "gcp.gemini",
  "aiplatform.googleapis.com": "gcp.vertex_ai",
  "amazonaws.com": "aws.bedrock",
  "api.cohere.com": "cohere",
  "api.deepseek.com": "deepseek",
  "api.groq.com": "groq",
  "api.mistral.ai": "mistral_ai",
  "api.moonshot.ai": "moonshot_ai",
  "api.perplexity.ai": "perplexity",
  "api.x.ai": "x_ai",
  "openrouter.ai": "openrouter",
};

/** @param format the wire format, which names the provider where the address does not: the convention asks for the best guess */
export function callSubject(format: string, baseUrl: string | undefined): CallSubject {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return { provider: format, address: undefined, port: undefined };
  const { hostname, port, protocol } = new URL(baseUrl);
  const maker = Object.entries(makers).find(([host]) => hostname === host || hostname.endsWith(`.${host}`));
  const usual = protocol === "https:" ? 443 : 80;
  return { provider: maker?.[1] ?? format, address: hostname, port: port === "" ? usual : Number(port) };
}
