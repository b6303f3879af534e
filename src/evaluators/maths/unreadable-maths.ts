/** Thrown where a text is no answer the engine can read. It never leaves the room: the verdict is `unreadable`. */
export class UnreadableMaths extends Error {
  override readonly name = "UnreadableMaths";
}
