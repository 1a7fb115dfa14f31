/**
 * The test kit: runs the real plugin.wasm on a proxy-wasm host in Node, in vitest or any other test runner.
 *
 * @example
 * import { startPlugin } from "as-proxy-wasm-sdk/testing";
 *
 * test("greets", async () => {
 *   const plugin = await startPlugin({ config: { content: "hello" } });
 *   expect(await plugin.fetch("/foo")).toBeLocalReply({ status: 200, body: "hello" });
 * });
 */
export { PluginLoadError, type FailurePolicy, type HostKind } from "../host/index.js";
export type { Answer, Answerer, AnswerMessage, Content, Payload } from "./upstreams/answer.js";
export type { AnswerFailure } from "./upstreams/failures.js";
export type { TestClock } from "./clock.js";
export type { GrpcAnswer, GrpcStatus } from "./grpc/grpc-answer.js";
export type { GrpcAnswerer, GrpcFunction } from "./grpc/grpc-options.js";
export { HeaderList, type HeadersInput, type HeaderValue } from "./message/headers.js";
export type { LevelName } from "./timeline/host-calls.js";
export type { LeakOptions, OpenThings } from "./leaks.js";
export type { LocalReply } from "./local-reply.js";
export type { PluginMatchers } from "./matchers/index.js";
export type { ExpectedCall, ExpectedGrpcCall, ExpectedReply } from "./matchers/types.js";
export type { Message, UpstreamRequest } from "./message/message.js";
export type { UpstreamHost } from "./upstreams/hosts.js";
export type { OpenAnswer } from "./upstreams/open-answer.js";
export type { PluginOptions, StartOptions, TestRoute } from "./options.js";
export { PluginTrap } from "./timeline/plugin-trap.js";
export type { RedisAnswerer, RedisFunction, RedisOption } from "./redis/redis-options.js";
export type { RedisAnswer, RedisReply } from "./redis/redis-reply.js";
export type { LogEntry } from "./timeline/log-entry.js";
export type { RequestOptions } from "./request-options.js";
export type { TestSharedData } from "./shared-data.js";
export { startPlugin } from "./start.js";
export type { TestCall } from "./upstreams/test-call.js";
export { TestKitError } from "./timeline/test-error.js";
export type { TestPlugin } from "./test-plugin.js";
export type { TestGrpcCall } from "./grpc/test-grpc-call.js";
export type { TestRedisCall } from "./redis/test-redis-call.js";
export type { TestRequest, TestResponse } from "./test-request.js";

import "./matchers/index.js";
