/** Where chats are sent, and how many at once. */
export interface ChatEndpoint {
  /** e.g. "https://openrouter.ai/api/v1"; the path of the call is appended. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** Concurrent connections. @default 64 */
  readonly connections?: number | undefined;
  /** From asking for a connection to having it. @default 10_000 */
  readonly connectMs?: number | undefined;
  /** Whether answers are asked for piece by piece; without, the time of the first token is not known. @default true */
  readonly stream?: boolean | undefined;
}
