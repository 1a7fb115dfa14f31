/** A limit for the time that a call into a plugin may take. */
export interface CallLimit {
  /**
   * Runs a call, and ends it when it takes too long. A call within another one has no limit of its own.
   *
   * The functions that are ended may not reach their `finally`, so the caller restores its state.
   *
   * @param hasChecks the called code calls `check` in its loops
   * @throws Error when the call took too long
   */
  run<T>(call: () => T, hasChecks: boolean): T;
  /**
   * Called at each host call, and in the loops of modules with checks.
   *
   * @throws Error when the call that runs has taken too long
   */
  check(): void;
}
