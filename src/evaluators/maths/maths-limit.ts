/** Thrown where an answer asks for more than `limits` grants. It never leaves the room: the verdict is `limit`. */
export class MathsLimit extends Error {
  override readonly name = "MathsLimit";
}
