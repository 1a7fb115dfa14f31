import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine, PluginLogLevel } from "../spec/engine.js";
import type { GatewaySpec, TlsSpec } from "../spec/gateway-spec.js";
import { AdminServer } from "./admin-server.js";
import { selfSigned } from "./certificate.js";
import { resolveClusters, type ResolvedCluster } from "./clusters.js";
import { EchoServers } from "./echo/echo-servers.js";
import { startEngine, type EngineEvents } from "./engines.js";
import { Latest } from "./latest.js";
import { ModuleCopies } from "./module-copies.js";
import { BuildError, Modules, type ModuleEvents } from "./modules.js";
import type { DevOptions } from "./options.js";
import { allPlugins, readPlan, type Plan, type PlannedPlugin } from "./plan.js";
import { Manifests } from "./manifests.js";
import { assertPortsFree } from "./ports.js";
import { backendsOf, LISTENER, specOf, tcpListener, tcpListeners } from "./spec-of.js";
import { StartTrial } from "./start-trial.js";
import { temporaryFolder } from "./temporary-folder.js";
import { Watching } from "./watching.js";

/** Istio's and Higress's admin port. */
const ADMIN_PORT = 15000;

/** How long an update may still take when the gateway is to stop. */
const UPDATE_GRACE_MS = 500;

/** What a running `dev` reports. */
export interface DevEvents extends ModuleEvents, EngineEvents {
  /** A configuration is in force: the first one, or a new one. */
  live(state: LiveState, isFirst: boolean): void;
  /** Files have changed, or a rebuild was requested, and the configuration is the one in force. */
  unchanged(): void;
  /** A manifest, a build or a plugin is wrong. The previous configuration stays in force. */
  failed(error: unknown): void;
}

/** The configuration in force. */
export interface LiveState {
  plan: Plan;
  clusters: readonly ResolvedCluster[];
}

/** The local gateway of `as-proxy-wasm dev`: serves what manifests describe, and follows their changes. */
export class DevGateway {
  private readonly folder = temporaryFolder();
  private readonly copies = new ModuleCopies(join(this.folder, "modules"));
  private readonly echoes = new EchoServers();
  private readonly modules: Modules;
  private readonly trial: StartTrial | undefined;
  private readonly reloads = new Latest((signal) => this.reload(signal));
  private readonly manifests: Manifests;
  /** A manifest that appears or vanishes changes what is watched. Only a change of the sources means new builds. */
  private readonly manifestWatching: Watching;
  private readonly sourceWatching: Watching;
  private engine: Engine | undefined;
  private admin: AdminServer | undefined;
  private tls: TlsSpec | undefined;
  private state: LiveState | undefined;
  private spec = "";
  private warnings: readonly string[] = [];
  /** Files that have changed before the engine runs. */
  private early: readonly string[] | undefined;

  private constructor(
    private readonly options: DevOptions,
    private readonly events: DevEvents,
  ) {
    this.modules = new Modules(this.copies, events, options.fetch);
    if (options.engine === "envoy") this.trial = new StartTrial(options.callLimitMs);
    this.manifests = new Manifests(options.folder, options.files);
    const warn = (message: string) => events.warning(message);
    this.manifestWatching = new Watching((paths) => {
      const found = paths.filter((path) => this.manifests.isOne(path));
      if (found.length > 0) this.changed(found);
    }, warn);
    this.sourceWatching = new Watching((paths) => this.changed(paths), warn);
    // The command may end without `stop`, for instance when the reader of its output ends.
    process.on("exit", this.removeFolder);
  }

  /**
   * Starts the gateway.
   *
   * @param signal ends the start. What has started by then is stopped
   * @throws Error when a manifest is wrong, a build fails, a plugin rejects its configuration, or a port is in use; the
   * reason of the signal when it is aborted
   */
  static async start(options: DevOptions, events: DevEvents, signal?: AbortSignal): Promise<DevGateway> {
    const gateway = new DevGateway(options, events);
    try {
      await gateway.begin(signal);
      return gateway;
    } catch (error) {
      await gateway.stop(0);
      throw gateway.named(error);
    }
  }

  get port(): number {
    return this.engine!.port(LISTENER);
  }

  /** The TCP listeners, with their ports on 127.0.0.1. */
  get tcp(): { port: number; service: string }[] {
    return tcpListeners(this.live.plan, this.options).map((one) => ({
      ...{ port: this.engine!.port(tcpListener(one)), service: `${one.namespace}/${one.service}:${one.servicePort}` },
    }));
  }

  get adminPort(): number {
    return this.admin!.port;
  }

  get live(): LiveState {
    return this.state!;
  }

  /** The file with the certificate of `https`, for `curl --cacert`. */
  get certificateFile(): string | undefined {
    return this.tls && join(this.folder, "certificate.pem");
  }

  /** Resolves when the engine ends without `stop`. */
  get ended(): Promise<void> {
    return this.engine!.ended;
  }

  /** Builds all projects again, reads all manifests again, pulls images again as their pull policies say, and puts the result in force. */
  rebuild(): Promise<void> {
    this.modules.forgetAll();
    this.modules.forgetRemote();
    return this.reloads.request();
  }

  async setLogLevel(level: PluginLogLevel): Promise<void> {
    await this.engine!.setLogLevel(level);
  }

  /** Lets requests in flight end within the grace period, ends everything, and removes the temporary files. */
  async stop(graceMs?: number): Promise<void> {
    this.manifestWatching.stop();
    this.sourceWatching.stop();
    const reloads = this.reloads.stop();
    this.modules.stop();
    // An Envoy whose plugin loops in its parser never ends an update.
    await Promise.race([reloads, sleep(UPDATE_GRACE_MS, undefined, { ref: false })]);
    await this.engine?.stop(graceMs);
    await reloads;
    await Promise.all([this.admin?.stop(), this.echoes.stop()]);
    this.removeFolder();
    process.off("exit", this.removeFolder);
  }

  private readonly removeFolder = () => rmSync(this.folder, { recursive: true, force: true });

  private async begin(signal?: AbortSignal): Promise<void> {
    const { options } = this;
    await assertPortsFree(options);
    this.admin = await startAdmin(options.adminPort, () => this.engine);
    const loaded = await this.load(signal);
    signal?.throwIfAborted();
    this.engine = await startEngine(loaded.spec, options, loaded.plan.isHigress, this.events, signal);
    signal?.throwIfAborted();
    this.becomeLive(loaded);
    if (this.early) this.changed(this.early);
  }

  private changed(paths: readonly string[]): void {
    if (!this.engine) {
      this.early = [...(this.early ?? []), ...paths];
      return;
    }
    this.modules.forget(paths);
    void this.reloads.request();
  }

  private async reload(signal: AbortSignal): Promise<void> {
    try {
      const loaded = await this.load(signal);
      if (signal.aborted) return;
      if (JSON.stringify(loaded.spec) === this.spec) return this.events.unchanged();
      await this.engine!.update(loaded.spec);
      this.becomeLive(loaded);
    } catch (error) {
      if (!signal.aborted) this.events.failed(this.named(error));
    }
  }

  /** An error of an engine, which names the copies of modules, with the names of the modules. */
  private named(error: unknown): unknown {
    if (error instanceof Error) error.message = this.copies.withOriginals(error.message);
    return error;
  }

  private becomeLive({ plan, clusters, spec }: LiveState & { spec: GatewaySpec }): void {
    const isFirst = this.state === undefined;
    this.spec = JSON.stringify(spec);
    this.state = { plan, clusters };
    this.events.live(this.state, isFirst);
  }

  private async load(signal?: AbortSignal) {
    const { options, echoes } = this;
    const read = async () => readPlan(options, await this.manifests.read(signal), this.state?.plan);
    let plan = await read();
    while (await this.follow(plan)) plan = await read();
    // Each warning is shown once, not at every reload.
    for (const text of plan.warnings) if (!this.warnings.includes(text)) this.events.warning(text);
    this.warnings = plan.warnings;
    let modules: Map<PlannedPlugin, string>;
    do {
      modules = await this.build(plan, signal);
      // A build shows which files outside the project it has read.
    } while (await this.follow(plan));
    const clusters = await resolveClusters(backendsOf(plan, options), { ...options, echoes });
    if (options.https) this.tls ??= this.makeCertificate(plan);
    const spec = specOf(plan, options, { modules, clusters, ...(this.tls ? { tls: this.tls } : {}) });
    await this.trial?.run(spec, signal);
    return { plan, clusters, spec };
  }

  /** Watches all files that the plan is made from. Returns true when files may have changed in between. */
  private async follow(plan: Plan): Promise<boolean> {
    const manifests = this.manifests.watched;
    const sources = this.modules.watched(allPlugins(plan).map(({ source }) => source));
    const isOther = await this.manifestWatching.follow(manifests);
    if (!(await this.sourceWatching.follow(sources.filter((path) => !manifests.includes(path))))) return isOther;
    this.modules.forgetAll();
    return true;
  }

  /** The path of the module of each plugin. */
  private async build(plan: Plan, signal?: AbortSignal): Promise<Map<PlannedPlugin, string>> {
    const plugins = allPlugins(plan);
    try {
      const paths = await this.modules.prepare(
        plugins.map(({ source }) => source),
        signal,
      );
      for (const one of plugins) {
        const { failOpen } = one.plugin;
        if (this.modules.isMissing(one.source)) one.source = { kind: "missing", failOpen };
      }
      return new Map(plugins.map((one, index) => [one, paths[index]!]));
    } catch (error) {
      // The error may be in a file outside the project.
      if (error instanceof BuildError) await this.follow(plan);
      throw error;
    }
  }

  /** A certificate for this machine, and for the hosts of the routes, which `curl --resolve` uses. */
  private makeCertificate({ routes }: Plan): TlsSpec {
    const hosts = routes.flatMap(({ domains = [] }) => domains).filter((host) => /^(?:\*\.)?[\w.-]+$/.test(host));
    const tls = selfSigned([...new Set(["localhost", "127.0.0.1", "::1", ...hosts])]);
    writeFileSync(join(this.folder, "certificate.pem"), tls.certificate);
    return tls;
  }
}

/** The usual admin port, or any free port when another program uses the usual one. */
async function startAdmin(port: number | undefined, engine: () => Engine | undefined): Promise<AdminServer> {
  if (port !== undefined) return AdminServer.start(port, engine);
  return AdminServer.start(ADMIN_PORT, engine).catch(() => AdminServer.start(0, engine));
}
