/** What a server wants for a request. */
export interface Challenge {
  /** In lower case: "basic", "bearer". */
  scheme: string;
  parameters: Readonly<Record<string, string>>;
}

/**
 * Reads a WWW-Authenticate header. Source: RFC 9110, section 11.6.1.
 *
 * @example
 * parseChallenges('Bearer realm="https://auth.example.com/token",service="registry"')[0]?.scheme; // "bearer"
 */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  const part = new RegExp(`[\\s,]*(?:(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,"]*))|(${token}))`, "y");
  for (let match; (match = part.exec(header)) !== null;) {
    const [, name, quoted, plain, scheme] = match;
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: {} });
    else if (name !== undefined && challenges.length > 0)
      challenges.at(-1)!.parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "";
  }
  return challenges;
}
