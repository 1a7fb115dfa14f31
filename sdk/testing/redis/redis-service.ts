import type { RedisSettings, RedisUpstreams } from "../../host/index.js";
import type { PendingResponse } from "../upstreams/responder.js";
import { redisCommand } from "./redis-command.js";
import { checkRedisServer, redisAnswerer, type RedisAnswerer, type RedisOption } from "./redis-options.js";
import { redisResult, type RedisAnswer, type RedisResult } from "./redis-reply.js";
import { RedisServers } from "./redis-servers.js";
import type { TestHost } from "../upstreams/test-host.js";
import type { CallList } from "../upstreams/call-list.js";
import { withTimeline } from "../timeline/test-error.js";
import { TestRedisCall } from "./test-redis-call.js";
import { fromLatin1, shown } from "../message/text.js";

/** The Redis clusters of a plugin under test. */
export function redisService(
  host: TestHost,
  calls: CallList<TestRedisCall>,
  option: RedisOption | undefined,
): RedisUpstreams {
  const clusters = new Map<string, RedisSettings>();
  const servers = new RedisServers();
  return {
    init: (name, settings) => {
      const cluster = fromLatin1(name);
      if (host.hasCluster(cluster)) clusters.set(cluster, settings);
      return host.hasCluster(cluster);
    },
    query: (name, query, done) => {
      const cluster = fromLatin1(name);
      const settings = clusters.get(cluster);
      if (!settings) return undefined;
      const command = redisCommand(query);
      if (!command) {
        return throwLater(
          host,
          `the plugin sent ${cluster} bytes that are not one Redis command: ${shown(query.toString())}`,
        );
      }
      const call = new TestRedisCall({ cluster, command, query }, settings, host, done);
      calls.add(call, host.recorder.current);
      host.note("message", `to ${cluster}: ${command.map((word) => shown(word)).join(" ")}`);
      const answerer = redisAnswerer(option, cluster);
      if (answerer !== undefined) {
        const sendTo = (server: URL) => servers.send(server, settings, call.bytes);
        host.responder.respond(pendingRedisCommand(answerer, call, sendTo));
      }
      return () => call.cancel();
    },
  };
}

/** A command that waits for its reply. `sendTo` sends the command to a real server. */
function pendingRedisCommand(
  answerer: RedisAnswerer,
  call: TestRedisCall,
  sendTo: (server: URL) => Promise<RedisResult>,
): PendingResponse<RedisAnswer, RedisResult> {
  return {
    given: () => (typeof answerer === "function" ? answerer(call.command, call) : answerer),
    check: (given) => redisResult(given, `the reply to ${call.command[0]} from ${call.cluster}`),
    sendTo: async (server) => {
      checkRedisServer(server, `the reply to ${call.command[0]} from ${call.cluster}`);
      return sendTo(server);
    },
    settle: (result) => call.settle(result),
    isWanted: () => call.state === "waiting",
  };
}

/** Throws an error into the test when the plugin's callback has returned. */
function throwLater(host: TestHost, text: string): undefined {
  host.later(() => {
    throw withTimeline(text, host.timeline, throwLater);
  });
  return undefined;
}
