/** The largest size that each example's module may have, in KiB. The README quotes the size of mock-response. */
export const LARGEST: Record<string, number> = {
  ...{ "body-transform": 40, "ext-auth": 38, "token-bucket": 40 },
  ...{ "cluster-key-rate-limit": 67 },
  ...{ cors: 40, "custom-response": 33, "easy-logger": 46, "key-auth": 40 },
  ...{ "header-authorization": 25, "mock-response": 21, transformer: 105, whoami: 35 },
};
