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

/** The Redis servers that a plugin under test may ask. */
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
        return refuse(session, `the plugin sends ${cluster} what is not one command: ${shown(query.toString())}`);
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

/** A command that waits for its reply. `ask` has a real server answer. */
function redisQuestion(
  answerer: RedisAnswerer,
  call: TestRedisCall,
  ask: (server: URL) => Promise<RedisResult>,
): Question<RedisAnswer, RedisResult> {
  return {
    answer: () => (typeof answerer === "function" ? answerer(call.command, call) : answerer),
    check: (given) => redisResult(given, `what answers ${call.command[0]} to ${call.cluster}`),
    ask: async (server) => {
      checkRedisServer(server, `what answers ${call.command[0]} to ${call.cluster}`);
      return ask(server);
    },
    settle: (result) => call.settle(result),
    isWanted: () => call.state === "waiting",
  };
}

/** Throws into the test when the plugin has returned. */
function refuse(session: Session, text: string): undefined {
  session.later(() => {
    throw withTimeline(text, session.timeline, refuse);
  });
  return undefined;
}
