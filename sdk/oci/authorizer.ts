import { basic } from "./basic.js";
import { parseChallenges, type Challenge } from "./challenge.js";
import type { Credentials } from "./credentials.js";
import { Secrets } from "./secrets.js";
import { fetchToken, type Token } from "./token.js";
import type { Transport } from "./transport.js";

/** Makes the Authorization header of requests to one registry. */
export class Authorizer {
  private challenge: Challenge | undefined;
  private readonly tokens = new Map<string, Token>();
  private asked: Promise<Credentials | undefined> | undefined;
  private readonly secrets = new Secrets();

  /**
   * @param base the address of the registry. Only requests to this address get the header
   * @param credentials finds the credentials when the registry wants some
   */
  constructor(
    private readonly transport: Transport,
    private readonly base: URL,
    private readonly credentials: () => Promise<Credentials | undefined>,
  ) {}

  /** The header for a request to a URL; undefined for other hosts, and while the registry wants none. */
  async headerFor(url: URL, scopes: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
    if (url.origin !== this.base.origin || !this.challenge) return undefined;
    const credentials = await this.known();
    if (this.challenge.scheme === "basic") {
      if (credentials?.kind !== "password") return undefined;
      return this.secrets.add(`Basic ${basic(credentials)}`);
    }
    if (credentials?.kind === "registryToken") return this.secrets.add(`Bearer ${credentials.token}`);
    const key = keyOf(scopes);
    let token = this.tokens.get(key);
    if (!token || token.expires <= Date.now()) {
      const { transport, base, challenge, secrets } = this;
      token = await fetchToken({ transport, base, realm: challenge.parameters, scopes, credentials, secrets, signal });
      this.tokens.set(key, token);
    }
    return this.secrets.add(`Bearer ${token.value}`);
  }

  /**
   * Takes note of what a response with status 401 wants.
   *
   * @param sent the header that the request had
   * @returns whether another header may help
   */
  async learn(header: string | undefined, sent: string | undefined, scopes: readonly string[]): Promise<boolean> {
    const challenges = parseChallenges(header ?? "");
    const challenge = challenges.find(({ scheme }) => scheme === "bearer") ?? challenges.find(({ scheme }) => scheme === "basic"); // prettier-ignore
    if (!challenge) return false;
    this.challenge = challenge;
    this.tokens.delete(keyOf(scopes));
    const credentials = await this.known();
    if (challenge.scheme === "basic") return credentials?.kind === "password" && sent === undefined;
    return credentials?.kind !== "registryToken" || sent === undefined;
  }

  /** Whether there are credentials for the registry. */
  async hasCredentials(): Promise<boolean> {
    return (await this.known()) !== undefined;
  }

  /** A text without the credentials that this object has seen. */
  redact(text: string): string {
    return this.secrets.redact(text);
  }

  private async known(): Promise<Credentials | undefined> {
    const found = await (this.asked ??= this.credentials());
    if (found) this.secrets.addCredentials(found);
    return found;
  }
}

function keyOf(scopes: readonly string[]): string {
  return [...scopes].sort().join(" ");
}
