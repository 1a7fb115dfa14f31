/** The command line is wrong. The command prints the message without a stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
