import { readFileSync } from "node:fs";
import { dockerCredentials, isHost, ModuleCache, type Credentials, type FetchOptions } from "../../oci/index.js";
import { UsageError } from "../usage-error.js";

/**
 * How to reach registries, from a command line.
 *
 * @throws UsageError that names the option
 */
export function fetchOptionsOf(values: Readonly<Record<string, unknown>>, signal?: AbortSignal): FetchOptions {
  const { ca, insecure = [] } = values as { ca?: string; insecure?: string[] };
  const wrong = insecure.find((host) => !isHost(host));
  if (wrong !== undefined)
    throw new UsageError(`--insecure ${wrong}: expected a host with its port, such as registry.local:5000`);
  const given = givenCredentials(values);
  return {
    ...{ insecure, cache: new ModuleCache(undefined, (reason) => console.error(`warning: ${reason}`)) },
    ...(signal ? { signal } : {}),
    ...(ca === undefined ? {} : { ca: readCertificate(ca) }),
    credentials: given ? () => Promise.resolve(given) : (registry) => dockerCredentials(registry),
  };
}

function givenCredentials(values: Readonly<Record<string, unknown>>): Credentials | undefined {
  const { username, "password-stdin": hasPassword = false } = values as {
    username?: string;
    "password-stdin"?: boolean;
  };
  if (username === undefined && !hasPassword) return undefined;
  if (username === undefined) throw new UsageError("--password-stdin needs --username");
  if (!hasPassword)
    throw new UsageError("--username needs --password-stdin: a password on a command line is no secret");
  const password = readFileSync(0, "utf8").replace(/\r?\n$/, "");
  if (password === "") throw new UsageError("--password-stdin: standard input is empty");
  return { kind: "password", username, password };
}

function readCertificate(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`--ca ${file}: ${(error as Error).message}`);
  }
  if (!text.includes("-----BEGIN CERTIFICATE-----"))
    throw new UsageError(`--ca ${file}: expected a certificate in PEM`);
  return text;
}
