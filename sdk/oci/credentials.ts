/** Who pushes or pulls. */
export type Credentials =
  { kind: "password"; username: string; password: string } | { kind: "identityToken" | "registryToken"; token: string };
