/** Under what a session is kept: nothing a client wrote is stored, and nobody finds another key's session. */
import { createHash } from "node:crypto";

export function sessionId(owner: string | undefined, session: string): string {
  return createHash("sha256")
    .update(JSON.stringify([owner ?? null, session]))
    .digest("base64url");
}
