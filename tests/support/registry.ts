import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { sign } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "vitest";
import { selfSigned } from "../../sdk/dev/certificate.js";
import { poll } from "../../sdk/envoy/wait.js";

/** The user that a registry with Basic or with tokens knows. */
export const USER = "mia";
export const PASSWORD = "s3cret/pass:word";
/** bcrypt of the password. */
const HTPASSWD = "$2b$05$abcdefghijklmnopqrstuuIdCc3T0HabjVDyTFJdDjgNhOZyyG97.";

const missing = ["docker-registry", "skopeo"].filter((name) => spawnSync(name, ["--version"]).error !== undefined);

/**
 * A `describe` for tests that need Debian's docker-registry and skopeo. Without them the tests are skipped, with a line of
 * output; they fail if REGISTRY_TESTS is "required", as in the CI workflows.
 */
export function describeWithRegistry(name: string, tests: () => void): void {
  if (missing.length === 0) return void describe(name, tests);
  const reason = `${missing.join(" and ")} not installed: apt-get install docker-registry skopeo`;
  if (process.env["REGISTRY_TESTS"] === "required") {
    test(`${name} needs a registry`, () => {
      throw new Error(reason);
    });
    return;
  }
  console.log(`Skipping "${name}": ${reason}`);
  describe.skip(name, tests);
}

export interface RegistryKind {
  tls?: boolean;
  auth?: "basic" | "token";
}

/** A running docker-registry in a folder of its own. */
export class TestRegistry {
  /** What the registry has logged. */
  log = "";
  private constructor(
    /** Such as "127.0.0.1:40001". */
    readonly host: string,
    private readonly folder: string,
    private readonly child: ChildProcess,
    /** The file with the certificate of a registry with TLS. */
    readonly ca: string,
    private readonly tokenServer: Server | undefined,
    /** The users and the scopes of the requests for tokens. */
    readonly tokenRequests: readonly { user: string; scopes: string[] }[],
  ) {}

  static async start({ tls = false, auth }: RegistryKind = {}): Promise<TestRegistry> {
    const folder = mkdtempSync(join(tmpdir(), "registry-"));
    const port = await freePort();
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const pair = selfSigned(["localhost", "127.0.0.1"]);
    const certificate = file("certificate.pem", pair.certificate);
    const key = file("key.pem", pair.key);
    const requests: { user: string; scopes: string[] }[] = [];
    const tokens = auth === "token" ? await tokenServer(pair, requests) : undefined;
    const realm = tokens && `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`;
    const lines = [
      ...["version: 0.1", "log: { accesslog: { disabled: false }, level: info }"],
      `storage: { filesystem: { rootdirectory: "${join(folder, "data")}" }, delete: { enabled: true } }`,
      `http: { addr: "127.0.0.1:${port}"${tls ? `, tls: { certificate: "${certificate}", key: "${key}" }` : ""} }`,
      ...(auth === "basic"
        ? [`auth: { htpasswd: { realm: test, path: "${file("htpasswd", `${USER}:${HTPASSWD}\n`)}" } }`]
        : []),
      ...(realm === undefined
        ? []
        : [`auth: { token: { realm: "${realm}", service: test, issuer: tests, rootcertbundle: "${certificate}" } }`]),
    ];
    const child = spawn("docker-registry", ["serve", file("config.yml", lines.join("\n"))], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"], OTEL_TRACES_EXPORTER: "none" },
    });
    const registry = new TestRegistry(`127.0.0.1:${port}`, folder, child, certificate, tokens, requests);
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (registry.log += chunk.toString()));
    await poll(20_000, "docker-registry did not start", () => /listening on/.test(registry.log) || undefined);
    return registry;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill();
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
    this.tokenServer?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Makes tokens as Docker's registry takes them, signed with the key of a certificate. */
async function tokenServer(
  pair: { certificate: string; key: string },
  requests: { user: string; scopes: string[] }[],
): Promise<Server> {
  const x5c = [pair.certificate.replace(/-----[^-]+-----|\s/g, "")];
  const server = createHttpServer((request, response) => {
    const url = new URL(request.url!, "http://127.0.0.1");
    const given = Buffer.from((request.headers.authorization ?? "").replace(/^Basic /, ""), "base64").toString();
    const scopes = url.searchParams.getAll("scope").flatMap((one) => one.split(" "));
    requests.push({ user: given.split(":")[0]!, scopes });
    if (given !== "" && given !== `${USER}:${PASSWORD}`) {
      response.writeHead(401).end(`{"details":"wrong: ${given}"}`);
      return;
    }
    // Without a user, a token allows nothing.
    const access = (given === "" ? [] : scopes).map((scope) => {
      const [type, name, actions] = scope.split(":");
      return { type, name, actions: actions!.split(",") };
    });
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: "tests", aud: "test", sub: "mia", exp: now + 60, nbf: now - 60, iat: now, access };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const content = `${part({ typ: "JWT", alg: "ES256", x5c })}.${part({ ...claims, jti: String(Math.random()) })}`;
    const signature = sign("sha256", Buffer.from(content), { key: pair.key, dsaEncoding: "ieee-p1363" });
    response.end(JSON.stringify({ token: `${content}.${signature.toString("base64url")}`, expires_in: 60 }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
