/** The error for a configuration with rules, in a plugin that was built without them: the rules must not be ignored. */
export const NO_RULES =
  '_rules_: the plugin was built without rules; "use": ["RULES=1"] in its asconfig.json builds it with rules';

/**
 * Whether a configuration may have rules. A plugin that does not read its configuration does not contain the JSON parser,
 * so this function looks for the bytes of the key. An escape of an ASCII letter may hide the key, and counts as the key.
 */
export function mayHaveRules(json: ArrayBuffer): bool {
  const start = changetype<usize>(json);
  const end = start + json.byteLength - 6;
  for (let at = start; at < end; at++) {
    // _rules_, or \u005 to \u007, which are the escapes of _ and of the letters.
    const word = load<u32>(at);
    if (word == 0x6c75725f && load<u32>(at, 3) == 0x5f73656c) return true;
    if (word == 0x3030755c && <u32>load<u8>(at, 4) - 0x35 < 3) return true;
  }
  return false;
}
