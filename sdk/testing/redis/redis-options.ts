import { redisResult, type RedisAnswer } from "./redis-reply.js";
import type { TestRedisCall } from "./test-redis-call.js";

type Given = RedisAnswer | URL | undefined;

/**
 * Replies to a command, such as `["GET", "key"]`. Returns a reply, the address of a real server that replies, or
 * undefined when the test calls `call.answer`.
 */
export type RedisFunction = (command: readonly string[], call: TestRedisCall) => Given | Promise<Given>;

/**
 * The replies to commands to a cluster: always the same one, a real server such as redis://127.0.0.1:6379, or a
 * function.
 */
export type RedisAnswerer = RedisAnswer | URL | RedisFunction;

/** The replies to the Redis commands of a plugin: one server or function for all clusters, or one entry per cluster. */
export type RedisOption = URL | RedisFunction | Readonly<Record<string, RedisAnswerer>>;

/** @internal */
export function redisAnswerer(option: RedisOption | undefined, cluster: string): RedisAnswerer | undefined {
  if (option === undefined || option instanceof URL || typeof option === "function") return option;
  return Object.hasOwn(option, cluster) ? option[cluster] : undefined;
}

/** @internal The names of the clusters in the option. */
export function redisClusters(option: RedisOption | undefined): string[] {
  return option === undefined || option instanceof URL || typeof option === "function" ? [] : Object.keys(option);
}

/** @internal @throws TypeError that names the wrong part of the option */
export function checkRedisOption(option: unknown, what: string): void {
  if (option === undefined || typeof option === "function") return;
  if (option instanceof URL) return checkRedisServer(option, what);
  const isRecord =
    typeof option === "object" && option !== null && !Array.isArray(option) && !(option instanceof Error);
  if (!isRecord) {
    throw new TypeError(
      `${what}: expected new URL("redis://…"), a function, or an object that has one of them or a reply for each cluster`,
    );
  }
  for (const [cluster, answerer] of Object.entries(option)) {
    if (answerer === undefined || typeof answerer === "function") continue;
    if (answerer instanceof URL) checkRedisServer(answerer, `${what}: ${cluster}`);
    else redisResult(answerer, `${what}: ${cluster}`);
  }
}

/** @internal @throws TypeError when the address is not redis://HOST:PORT */
export function checkRedisServer(server: URL, what: string): void {
  const { protocol, hostname, username, password, pathname } = server;
  if (protocol !== "redis:" || hostname === "") {
    throw new TypeError(`${what}: expected an address such as redis://127.0.0.1:6379, got ${server.href}`);
  }
  if (username === "" && password === "" && (pathname === "" || pathname === "/")) return;
  throw new TypeError(`${what}: expected host and port only; the plugin sets user, password and database`);
}
