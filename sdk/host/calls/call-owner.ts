import type { Services } from "../services/services.js";
import type { CallTokens } from "./call-tokens.js";
import type { CallbackData, CallbackParts } from "./callback-data.js";

/** The root context that made a call and gets its result. */
export interface CallOwner {
  readonly vm: {
    readonly services: Services;
    readonly callTokens: CallTokens;
    /** Runs an action now, or when the running callback has returned. */
    whenIdle(action: () => void): void;
  };
  readonly callbackData: CallbackData;
  /** Calls the plugin; `parts` can be read until the callback returns. */
  receive(callback: string, args: readonly number[], parts?: CallbackParts): void;
}
