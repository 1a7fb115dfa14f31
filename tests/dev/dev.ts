import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe } from "vitest";
import { DevGateway, type DevEvents } from "../../sdk/dev/dev-gateway.js";
import type { EngineLogLine } from "../../sdk/dev/engines.js";
import type { DevOptions } from "../../sdk/dev/options.js";
import { ModuleCache } from "../../sdk/oci/index.js";
import type { RequestLine } from "../../sdk/spec/request-line.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { request, type HttpResponse } from "../support/http.js";
import type { HttpRequest } from "../support/http-request.js";

/** What tests change of the options of `dev`. */
export type TestDevOptions = Partial<Omit<DevOptions, "plugins">> & {
  plugins?: Readonly<Record<string, string>>;
  /** Puts further files into the folder before the start. */
  prepare?: (folder: string) => void;
  /** Ends the start. */
  signal?: AbortSignal;
};

/** Starts `dev` with manifests by file name. The engine is the one of the surrounding `describeDev`. */
export type StartTestDev = (files: Readonly<Record<string, string>>, options?: TestDevOptions) => Promise<TestDev>;

/** Runs the same tests with `dev` on the Node gateway and on a real Envoy. */
export function describeDev(name: string, tests: (start: StartTestDev) => void): void {
  describe(`${name}, on the Node gateway`, () => tests((files, options) => TestDev.start(files, options)));
  describeWithEnvoy(`${name}, on Envoy`, ({ path }) =>
    tests((files, options) => TestDev.start(files, { engine: "envoy", envoyPath: path, ...options })),
  );
}

/** A running `dev` in a folder of its own. */
export class TestDev {
  readonly requests: RequestLine[] = [];
  readonly logs: EngineLogLine[] = [];
  readonly warnings: string[] = [];
  /** The modules that were asked for. */
  readonly fetches: string[] = [];
  readonly failures: unknown[] = [];
  /** How often a build began, and how often a build ended with a module. */
  readonly builds = { begun: 0, ended: 0 };
  /** How often a configuration came into force. */
  lives = 0;
  /** How often files were read again without a change for the gateway. */
  reads = 0;
  gateway!: DevGateway;

  private constructor(readonly folder: string) {}

  static async start(files: Readonly<Record<string, string>>, options: TestDevOptions = {}): Promise<TestDev> {
    const dev = new TestDev(mkdtempSync(join(tmpdir(), "dev-test-")));
    for (const [name, text] of Object.entries(files)) dev.write(name, text);
    const { plugins = {}, prepare, signal, ...others } = options;
    prepare?.(dev.folder);
    try {
      dev.gateway = await DevGateway.start(
        {
          ...{ folder: dev.folder, files: [dev.folder], port: 0, adminPort: 0, engine: "node", https: false },
          ...{ tcp: [], services: [], clusters: [], labels: {}, logLevel: "info", callLimitMs: 60_000 },
          fetch: { tries: 1, cache: new ModuleCache(join(dev.folder, ".cache")) },
          ...others,
          plugins: new Map(Object.entries(plugins)),
        },
        dev.events(),
        signal,
      );
      return dev;
    } catch (error) {
      rmSync(dev.folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Writes a file of the folder, as an editor saves. */
  write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Sends a request to a host. */
  fetch(host: string, target: string, more: HttpRequest = {}): Promise<HttpResponse> {
    return request(this.gateway.port, { ...more, target, headers: [["host", host], ...(more.headers ?? [])] });
  }

  /** The names of the plugins in the HTTP filter chain, as /config_dump lists them. */
  async chain(): Promise<string[]> {
    const response = await request(this.gateway.adminPort, { target: "/config_dump" }, 10_000);
    return filterNames(JSON.parse(response.text)).filter((name) => !/^(envoy\.filters|as_proxy_wasm)\./.test(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway.stop(0);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private events(): DevEvents {
    return {
      building: () => void this.builds.begun++,
      built: () => void this.builds.ended++,
      installing: () => {},
      unchanged: () => void this.reads++,
      live: () => void this.lives++,
      failed: (error) => void this.failures.push(error),
      fetching: (url) => void this.fetches.push(url),
      warning: (text) => void this.warnings.push(text),
      request: (line) => void this.requests.push(line),
      log: (line) => void this.logs.push(line),
    };
  }
}

/** The names in the first `http_filters` of a JSON value. */
function filterNames(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { http_filters: filters } = value as { http_filters?: { name: string }[] };
  if (filters) return filters.map(({ name }) => name);
  for (const inner of Object.values(value)) {
    const names = filterNames(inner);
    if (names.length > 0) return names;
  }
  return [];
}

/** The request as it arrived at an echo. */
export function echoed(response: HttpResponse): { service: string; headers: Record<string, string>; path: string } {
  return JSON.parse(response.text) as ReturnType<typeof echoed>;
}
