/** The largest size of each example's module in KiB, rules included: the README names that of mock-response. */
export const LARGEST: Record<string, number> = {
  ...{ "body-transform": 42, "ext-auth": 40, "token-bucket": 44 },
  ...{ "header-authorization": 26, "mock-response": 25 },
};
