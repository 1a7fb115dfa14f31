import { redisResult, type RedisAnswer } from "./redis-reply.js";
import type { TestRedisCall } from "./test-redis-call.js";

type Given = RedisAnswer | URL | undefined;

/**
 * Answers a command, such as `["GET", "key"]`. `undefined` leaves it for an answer by hand; an address has a real server
 * answer.
 */
export type RedisFunction = (command: readonly string[], call: TestRedisCall) => Given | Promise<Given>;

/** What answers the commands to a cluster: always the same, a real server such as redis://127.0.0.1:6379, or a function. */
export type RedisAnswerer = RedisAnswer | URL | RedisFunction;

/** What answers the Redis commands of a plugin: the same for all clusters, or one for each by name. */
export type RedisOption = URL | RedisFunction | Readonly<Record<string, RedisAnswerer>>;

/** @internal */
export function redisAnswerer(option: RedisOption | undefined, cluster: string): RedisAnswerer | undefined {
  if (option === undefined || option instanceof URL || typeof option === "function") return option;
  return Object.hasOwn(option, cluster) ? option[cluster] : undefined;
}

/** @internal The clusters that are named. */
export function redisClusters(option: RedisOption | undefined): string[] {
  return option === undefined || option instanceof URL || typeof option === "function" ? [] : Object.keys(option);
}

/** @internal @throws TypeError that names what is wrong */
export function checkRedisOption(option: unknown, what: string): void {
  if (option === undefined || typeof option === "function") return;
  if (option instanceof URL) return checkRedisServer(option, what);
  const isRecord =
    typeof option === "object" && option !== null && !Array.isArray(option) && !(option instanceof Error);
  if (!isRecord) {
    throw new TypeError(
      `${what}: expected new URL("redis://…"), a function, or an object with what answers by cluster`,
    );
  }
  for (const [cluster, answerer] of Object.entries(option)) {
    if (answerer === undefined || typeof answerer === "function") continue;
    if (answerer instanceof URL) checkRedisServer(answerer, `${what}: ${cluster}`);
    else redisResult(answerer, `${what}: ${cluster}`);
  }
}

/** @internal @throws TypeError for an address with more than host and port, or of another protocol */
export function checkRedisServer(server: URL, what: string): void {
  const { protocol, hostname, username, password, pathname } = server;
  if (protocol !== "redis:" || hostname === "") {
    throw new TypeError(`${what}: expected an address such as redis://127.0.0.1:6379, got ${server.href}`);
  }
  if (username === "" && password === "" && (pathname === "" || pathname === "/")) return;
  throw new TypeError(`${what}: give host and port only: user, password and database are those that the plugin names`);
}
