import type { LevelName } from "../timeline/host-calls.js";
import { LEVELS } from "../options.js";

/** Checks the name of a level. @throws TypeError for another text, which no line of the log could have */
export function levelOf(level: string | undefined, matcher: string): LevelName | undefined {
  if (level === undefined || (LEVELS as readonly string[]).includes(level)) return level as LevelName | undefined;
  throw new TypeError(`${matcher}: expected one of the levels ${LEVELS.join(", ")}, got "${level}"`);
}
