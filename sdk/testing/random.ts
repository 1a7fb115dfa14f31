/** Random bytes that are the same in each run, from Marsaglia's generator xorshift32. */
export function randomBytes(seed: number): (into: Uint8Array) => void {
  let state = seed | 0 || 1;
  return (into) => {
    for (let i = 0; i < into.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      into[i] = state >>> 24;
    }
  };
}
