import type { RedisSettings, RedisUpstreams } from "../../host/index.js";
import type { Question } from "../upstreams/answering.js";
import { redisCommand } from "./redis-command.js";
import { checkRedisServer, redisAnswerer, type RedisAnswerer } from "./redis-options.js";
import { redisResult, type RedisAnswer, type RedisResult } from "./redis-reply.js";
import { RedisServers } from "./redis-servers.js";
import type { Session } from "../session.js";
import { withTimeline } from "../timeline/test-error.js";
import { TestRedisCall } from "./test-redis-call.js";
import { fromLatin1, shown } from "../text.js";

/** The Redis clusters of a plugin under test. */
export function redisService(session: Session): RedisUpstreams {
  const clusters = new Map<string, RedisSettings>();
  const servers = new RedisServers();
  return {
    init: (name, settings) => {
      const cluster = fromLatin1(name);
      if (session.hasCluster(cluster)) clusters.set(cluster, settings);
      return session.hasCluster(cluster);
    },
    query: (name, query, done) => {
      const cluster = fromLatin1(name);
      const settings = clusters.get(cluster);
      if (!settings) return undefined;
      const command = redisCommand(query);
      if (!command) {
        return throwLater(
          session,
          `the plugin sent ${cluster} bytes that are not one Redis command: ${shown(query.toString())}`,
        );
      }
      const call = new TestRedisCall({ cluster, command, query }, settings, session, done);
      session.redisCalls.add(call, session.recorder.current);
      session.note("message", `to ${cluster}: ${command.map((word) => shown(word)).join(" ")}`);
      const answerer = redisAnswerer(session.options.redis, cluster);
      if (answerer !== undefined) {
        const ask = (server: URL) => servers.ask(server, settings, call.bytes);
        session.answering.by(redisQuestion(answerer, call, ask));
      }
      return () => call.cancel();
    },
  };
}

/** A command that waits for its reply. `ask` sends the command to a real server. */
function redisQuestion(
  answerer: RedisAnswerer,
  call: TestRedisCall,
  ask: (server: URL) => Promise<RedisResult>,
): Question<RedisAnswer, RedisResult> {
  return {
    answer: () => (typeof answerer === "function" ? answerer(call.command, call) : answerer),
    check: (given) => redisResult(given, `the reply to ${call.command[0]} from ${call.cluster}`),
    ask: async (server) => {
      checkRedisServer(server, `the reply to ${call.command[0]} from ${call.cluster}`);
      return ask(server);
    },
    settle: (result) => call.settle(result),
    isWanted: () => call.state === "waiting",
  };
}

/** Throws an error into the test when the plugin's callback has returned. */
function throwLater(session: Session, text: string): undefined {
  session.later(() => {
    throw withTimeline(text, session.timeline, throwLater);
  });
  return undefined;
}
