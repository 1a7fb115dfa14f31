/** How the body is handled, chosen by the headers hook. */
export enum BodyChoice {
  /** The registered hooks decide. */
  Default,
  /** The body passes without hooks. */
  Skip,
  /** The body is buffered for the hook on the whole body, even if it would otherwise pass or arrive in chunks. */
  Buffer,
}
