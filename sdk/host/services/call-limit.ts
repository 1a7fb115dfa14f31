/** A limit for the time that a call into a plugin may take. */
export interface CallLimit {
  /**
   * Runs a call, and ends it when it takes too long. A call within another one has no limit of its own.
   *
   * The functions that are ended may not reach their `finally`, so the caller restores its state.
   *
   * @throws Error when the call took too long
   */
  run<T>(call: () => T): T;
  /**
   * Called at each host call.
   *
   * @throws Error when the call that runs has taken too long
   */
  check(): void;
}
