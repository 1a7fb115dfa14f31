import { spawn } from "node:child_process";
import type { Credentials } from "./credentials.js";
import { OciError } from "./oci-error.js";

/** How long a helper may take. A helper may ask the user to unlock a store. */
const LIMIT_MS = 60_000;

/**
 * Asks one of Docker's credential helpers.
 *
 * @param name such as "pass" for the program docker-credential-pass
 * @returns undefined when the helper has no credentials for the server
 * @throws OciError when the helper does not work. The message has nothing of the helper's output, which may be credentials
 */
export async function helperCredentials(name: string, server: string): Promise<Credentials | undefined> {
  if (!/^[\w.-]+$/.test(name)) throw new OciError(`config.json: "${name}" is no name of a credential helper`);
  const program = `docker-credential-${name}`;
  const { code, output } = await run(program, server);
  if (code !== 0) {
    if (/credentials not found|no credentials server url/i.test(output)) return undefined;
    throw new OciError(`${program} failed with exit code ${code}`);
  }
  try {
    const { Username: username, Secret: secret } = JSON.parse(output) as { Username?: unknown; Secret?: unknown };
    if (typeof secret !== "string" || secret === "") return undefined;
    if (username === "<token>") return { kind: "identityToken", token: secret };
    return { kind: "password", username: typeof username === "string" ? username : "", password: secret };
  } catch {
    throw new OciError(`${program}: expected JSON with Username and Secret`);
  }
}

function run(program: string, input: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ["get"], { stdio: ["pipe", "pipe", "ignore"], timeout: LIMIT_MS });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      if (output.length < 65_536) output += chunk.toString();
    });
    child.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "ENOENT" ? "is not on PATH" : `cannot be started (${error.code})`;
      reject(new OciError(`${program} ${reason}; Docker's config.json names it`));
    });
    child.once("close", (code) => resolve({ code, output }));
    child.stdin.on("error", () => {}); // The helper may end without reading.
    child.stdin.end(input);
  });
}
