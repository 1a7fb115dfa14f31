/** Set by `npm run test:nightly`: tests that take long and rarely find a defect repeat their work more often. */
export const NIGHTLY = process.env["NIGHTLY"] !== undefined;
