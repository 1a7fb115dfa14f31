import type { Credentials } from "./credentials.js";

/** Texts that no message may show: a registry may send back what it has received. */
export class Secrets {
  private readonly texts = new Set<string>();

  /** Adds a header, and returns the header. */
  add(header: string): string {
    this.hide(header.replace(/^\S+ /, ""));
    return header;
  }

  addCredentials(credentials: Credentials): void {
    if (credentials.kind !== "password") return this.hide(credentials.token);
    this.hide(credentials.password);
    this.hide(Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64"));
  }

  /** A text without the secrets, also where they are escaped for a URL. */
  redact(text: string): string {
    let redacted = text;
    for (const secret of [...this.texts].sort((a, b) => b.length - a.length)) {
      for (const form of [secret, encodeURIComponent(secret)]) redacted = redacted.replaceAll(form, "***");
    }
    return redacted;
  }

  private hide(text: string): void {
    if (text !== "") this.texts.add(text);
  }
}
