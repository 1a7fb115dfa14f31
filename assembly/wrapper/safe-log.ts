import { LogLevel } from "../abi/enums";
import { SAFE_LOG } from "../abi/features";

let safe: bool = false;

/** The level of `unsafeInfo`. */
export function unsafeLevel(): LogLevel {
  return SAFE_LOG && safe ? LogLevel.Debug : LogLevel.Info;
}

/** Called by the option `EnableSafeLog`. */
export function setSafeLog(): void {
  safe = true;
}
