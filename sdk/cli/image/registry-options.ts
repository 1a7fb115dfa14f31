import type { Completion } from "../command.js";
import type { OptionTypes } from "../command-line.js";

/** The options of commands that talk to a registry. */
export const REGISTRY_OPTIONS = {
  username: { type: "string", short: "u" },
  "password-stdin": { type: "boolean" },
  ca: { type: "string" },
  insecure: { type: "string", multiple: true },
} as const satisfies OptionTypes;

export const REGISTRY_VALUES: Readonly<Record<string, Completion>> = { ca: "file" };

export const REGISTRY_HELP = `  -u, --username NAME   the user; by default that of docker login (config.json of DOCKER_CONFIG or ~/.docker, and its
                        credential helpers)
  --password-stdin      reads the user's password from standard input
  --ca FILE             a certificate authority in PEM that is trusted too
  --insecure HOST       a registry, with its port, whose certificate is not verified, and which may speak plain HTTP; may be
                        repeated. Registries on this machine may speak plain HTTP without the option`;
