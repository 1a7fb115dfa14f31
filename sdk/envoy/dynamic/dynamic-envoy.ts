import type { Engine, PluginLogLevel } from "../../spec/engine.js";
import type { ClusterSpec, GatewaySpec } from "../../spec/gateway-spec.js";
import { setTimeout as sleep } from "node:timers/promises";
import type { Admin } from "../admin.js";
import type { EnvoyProcess } from "../process.js";
import { socketAddress } from "../socket-address.js";
import { poll } from "../wait.js";
import { checkModule } from "./check-module.js";
import type { Clusters } from "./clusters.js";
import type { Files } from "./files.js";
import { envoyLevel } from "./log-lines.js";
import { changeListener, placeListener, written, type Change, type PlacedListener } from "./placed-listener.js";
import type { PluginNames } from "./plugin-names.js";
import { checkPorts, withPorts } from "./ports.js";
import { failsOpen, rejection } from "./rejection.js";
import { statistics, verdicts, type Awaited } from "./verdicts.js";
import type { WatchedFile } from "./watched-file.js";

export const LISTENER = "envoy.config.listener.v3.Listener";
export const CLUSTER = "envoy.config.cluster.v3.Cluster";
/** How long Envoy may take to accept or reject a configuration. Envoy compiles plugins in this time. */
export const VERDICT_LIMIT_MS = 60_000;
/** How long Envoy's main thread may be busy when Envoy is to stop. */
const STOP_LIMIT_MS = 1000;

type Listeners = ReadonlyMap<string, PlacedListener>;

/** The parts of a `DynamicEnvoy`. */
interface Parts {
  process: EnvoyProcess;
  admin: Admin;
  files: Files;
  clusters: Clusters;
  names: PluginNames;
  drainMs: number;
  workers: number;
  listeners: Listeners;
  ports: ReadonlyMap<string, number>;
  /** Whether the listeners report their requests. */
  withRequestLog: boolean;
  /** Called when Envoy has ended. */
  onEnd: () => void;
}

/** A running Envoy that takes another spec while it serves requests. `startDynamicEnvoy` returns it. */
export class DynamicEnvoy implements Engine {
  readonly pid: number;
  readonly ended: Promise<void>;
  private listeners: Listeners;
  private ports: ReadonlyMap<string, number>;
  /** The end of the last update. Updates run one after the other. */
  private last: Promise<unknown> = Promise.resolve();
  private stopped: Promise<void> | undefined;

  constructor(private readonly parts: Parts) {
    this.pid = parts.process.pid!;
    this.listeners = parts.listeners;
    this.ports = parts.ports;
    this.ended = new Promise((resolve) => {
      void parts.process.exit.then(() => {
        parts.onEnd();
        if (!this.stopped) resolve();
      });
    });
  }

  port(listener: string): number {
    const port = this.ports.get(listener);
    if (port === undefined) throw new Error(`no listener "${listener}"`);
    return port;
  }

  update(spec: GatewaySpec): Promise<void> {
    return this.inTurn(() => this.replace(spec));
  }

  async setLogLevel(level: PluginLogLevel): Promise<void> {
    await this.parts.admin.post(`/logging?wasm=${envoyLevel(level)}`);
  }

  /** Whether Envoy's main thread takes longer than a limit to respond: it compiles or starts a plugin. */
  isBusy(limitMs: number, signal?: AbortSignal): Promise<boolean> {
    return this.parts.admin.isBusy(limitMs, signal);
  }

  prometheus(): Promise<string> {
    return this.parts.admin.get("/stats/prometheus");
  }

  async configDump(): Promise<object> {
    return JSON.parse(await this.parts.admin.get("/config_dump")) as object;
  }

  stop(graceMs = 3000): Promise<void> {
    return (this.stopped ??= this.end(graceMs));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => {});
    return result;
  }

  private async replace(given: GatewaySpec): Promise<void> {
    const { process, files, clusters, names, withRequestLog } = this.parts;
    if (this.stopped) throw new Error("the gateway has been stopped");
    process.alive();
    for (const { plugins = [] } of given.listeners) for (const plugin of plugins) checkModule(plugin);
    const spec = withPorts(given, this.listeners, this.ports);
    await checkPorts(spec, this.ports);
    const before = { listeners: [...this.listeners.values()].map(({ spec }) => spec) };
    try {
      names.use(before, spec);
      const changes = spec.listeners.map((one): Change => {
        const current = this.listeners.get(one.name);
        if (current) return changeListener(current, one, files.newSource, withRequestLog);
        return { kind: "listener", next: placeListener(one, files.newSource, withRequestLog) };
      });
      const next = new Map(changes.map((change) => [change.next.spec.name, change.next]));
      await this.apply(changes, next, spec.clusters ?? []);
      this.listeners = next;
      names.use(spec);
      if (clusters.inForce(spec.clusters ?? [])) this.removeClustersLater();
      this.ports = await this.openPorts();
    } finally {
      files.keep(filesOf(this.listeners.values()));
    }
  }

  /** Gives Envoy a configuration part by part. After a rejected part, Envoy gets the previous parts again. */
  private async apply(changes: readonly Change[], next: Listeners, clusters: readonly ClusterSpec[]): Promise<void> {
    const { clusters: ownClusters } = this.parts;
    const current = [...this.listeners.values()];
    const replaced = changes.flatMap(({ kind, next }) => (kind === "listener" ? [next] : []));
    const removed = current.some(({ spec }) => !next.has(spec.name));
    const undo: (() => Promise<void>)[] = [];
    try {
      undo.push(() => this.putClusters(ownClusters.withoutAdditions()));
      await this.putClusters(ownClusters.adding(clusters));
      if (replaced.length > 0) {
        undo.push(() => this.putListeners(current));
        await this.load(replaced);
      }
      for (const { next, written: file } of changes) {
        if (!file) continue;
        const before = written(this.listeners.get(next.spec.name)!).find((one) => one.file === file.file)!;
        undo.push(() =>
          this.put([{ ...before, unchanged: true }], () => before.file.write(before.type, [before.resource])),
        );
        await this.put([file], () => file.file.write(file.type, [file.resource]));
      }
      if (replaced.length > 0 || removed) {
        undo.push(() => this.putListeners(current));
        await this.putListeners(inOrder(next, this.listeners));
      }
    } catch (error) {
      this.parts.process.alive();
      for (const back of undo.reverse()) await back().catch(() => {});
      throw error;
    }
  }

  /**
   * Lets Envoy load new versions of listeners beside the current ones, without ports. Envoy starts all their plugins,
   * and rejects a version before the version gets requests.
   */
  private async load(versions: readonly PlacedListener[]): Promise<void> {
    const { listeners } = this.parts.files;
    const used = filesOf(this.listeners.values());
    const responses = versions.flatMap(written).filter(({ file }) => !used.has(file));
    for (const { file, type, resource } of responses) file.write(type, [resource]);
    const current = [...this.listeners.values()].map(({ resource }) => resource);
    await this.put([...responses, listenersOf(versions)], () =>
      listeners.write(LISTENER, [...current, ...versions.map(withoutPort)]),
    );
    await poll(VERDICT_LIMIT_MS, "Envoy did not load the new listeners", async () => {
      const stats = await this.parts.admin.stats("^listener_manager\\.total_listeners_warming$");
      return stats.get("listener_manager.total_listeners_warming") === 0 || undefined;
    });
  }

  /** Replaces all listeners. Connections to replaced listeners end after their next response. */
  private putListeners(listeners: readonly PlacedListener[]): Promise<void> {
    const resources = listeners.map(({ resource }) => resource);
    return this.put([listenersOf(listeners)], () => this.parts.files.listeners.write(LISTENER, resources));
  }

  /** @param resources undefined when Envoy has the clusters already */
  private async putClusters(resources: object[] | undefined): Promise<void> {
    const { clusters, files } = this.parts;
    if (!resources) return;
    clusters.nowSent(resources);
    await this.put([{ statistic: statistics.clusters, what: "the clusters" }], () =>
      files.clusters.write(CLUSTER, resources),
    );
  }

  private removeClustersLater(): void {
    const remove = async () => {
      if (!this.stopped) await this.putClusters(this.parts.clusters.withoutAdditions());
    };
    setTimeout(() => void this.inTurn(remove).catch(() => {}), this.parts.drainMs).unref();
  }

  /** Writes files and waits for Envoy. @throws Error with the reason when Envoy rejects a response */
  private async put(responses: readonly Awaited[], write: () => void): Promise<void> {
    const { admin, process, workers } = this.parts;
    const mark = process.log.end;
    const rejected = await verdicts(admin, workers, responses, write, VERDICT_LIMIT_MS);
    const log = process.log.text(mark);
    if (rejected.length > 0) throw rejection(rejected, log);
    if (failsOpen(log))
      throw rejection(
        responses.map(({ what }) => what),
        log,
      );
  }

  /** The ports of the listeners. */
  private openPorts(): Promise<ReadonlyMap<string, number>> {
    return poll(VERDICT_LIMIT_MS, "Envoy did not open the ports", () =>
      openPorts(this.parts.admin, this.listeners.keys()),
    );
  }

  private async end(graceMs: number): Promise<void> {
    const { admin, process } = this.parts;
    // A plugin that never ends its start blocks the main thread.
    if (await admin.isBusy(STOP_LIMIT_MS)) return process.stop(0);
    const end = performance.now() + graceMs;
    try {
      await admin.post("/drain_listeners");
      while (performance.now() < end && (await this.active()) > 0) await sleep(20);
    } catch {
      // Envoy has ended, or does not respond.
    }
    await process.stop(Math.max(end - performance.now(), 1000));
  }

  /** The number of requests in flight and of open TCP connections. */
  private async active(): Promise<number> {
    const stats = await this.parts.admin.stats("^(http\\..*\\.downstream_rq_active|tcp\\..*\\.downstream_cx_active)$");
    return [...stats].reduce((sum, [name, value]) => (name.startsWith("http.admin.") ? sum : sum + value), 0);
  }
}

/** The ports of listeners; undefined until every listener has a port. */
export async function openPorts(
  admin: Admin,
  names: Iterable<string>,
): Promise<ReadonlyMap<string, number> | undefined> {
  const ports = await admin.listenerPorts();
  return [...names].every((name) => (ports.get(name) ?? 0) > 0) ? ports : undefined;
}

/**
 * The next listeners, those that Envoy has first: Envoy changes one after the other, and a new listener may get the port
 * that another one leaves.
 */
function inOrder(next: Listeners, current: Listeners): PlacedListener[] {
  const isNew = ({ spec }: PlacedListener) => (current.has(spec.name) ? 0 : 1);
  return [...next.values()].sort((a, b) => isNew(a) - isNew(b));
}

function filesOf(listeners: Iterable<PlacedListener>): Set<WatchedFile> {
  return new Set([...listeners].flatMap((one) => written(one).map(({ file }) => file)));
}

function listenersOf(listeners: readonly PlacedListener[]): Awaited {
  const names = listeners.map(({ spec }) => `"${spec.name}"`).join(", ");
  return { statistic: statistics.listeners, what: `listener ${names}` };
}

/** A listener under another name that no client can reach. */
function withoutPort({ spec, resource }: PlacedListener, index: number): object {
  const address = socketAddress("127.0.0.1", index + 1);
  return { ...resource, name: `${spec.name}~next`, address, bind_to_port: false };
}
