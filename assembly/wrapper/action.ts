/**
 * What a hook wants to happen next. It is an intent: the SDK turns it into the value that means this in that hook, on
 * every host.
 */
export enum Action {
  /** Go on: to the next filter, and in the end to the upstream or the client. */
  Continue = 0,
  /** Hold the stream until it is resumed or answered. */
  Pause = 1,
}
