import type { Credentials } from "./credentials.js";
import { OciError } from "./oci-error.js";

/** User and password in base64. */
export function basic({ username, password }: Extract<Credentials, { kind: "password" }>): string {
  if (username.includes(":")) throw new OciError("the user's name has a colon, which HTTP does not allow");
  return Buffer.from(`${username}:${password}`).toString("base64");
}
