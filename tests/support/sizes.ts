/** The largest size that each example's module may have, in KiB. The README quotes the size of mock-response. */
export const LARGEST: Record<string, number> = {
  ...{ "body-transform": 42, "ext-auth": 40, "token-bucket": 44 },
  ...{ "cluster-key-rate-limit": 75 },
  ...{ "header-authorization": 27, "mock-response": 25 },
};
