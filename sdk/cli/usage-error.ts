/** The command was called in a way that makes no sense: its message is all that the caller needs, without a stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
