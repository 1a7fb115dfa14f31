import type { CommandTable } from "./command.js";

/** All commands, in the order in which the list shows them. */
export const COMMANDS: CommandTable = {
  create: async () => (await import("./create.js")).create,
  dev: async () => (await import("./dev.js")).dev,
  build: async () => (await import("./build.js")).build,
  gateway: async () => (await import("./gateway.js")).gateway,
  pack: async () => (await import("./pack.js")).pack,
  push: async () => (await import("./push.js")).push,
  pull: async () => (await import("./pull.js")).pull,
  inspect: async () => (await import("./inspect.js")).inspect,
  run: async () => (await import("./run.js")).run,
  manifest: async () => (await import("./manifest/index.js")).manifest,
  deploy: async () => (await import("./deploy.js")).deploy,
  test: async () => (await import("./test.js")).test,
  explain: async () => (await import("./explain.js")).explain,
  envoy: async () => (await import("./envoy.js")).envoy,
  doctor: async () => (await import("./doctor.js")).doctor,
  completion: async () => (await import("./completion.js")).completionOf(COMMANDS),
};
