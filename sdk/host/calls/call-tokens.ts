/** The kind of a call: the lowest two bits of its token. */
export enum CallKind {
  Http = 0,
  GrpcCall = 1,
  GrpcStream = 2,
  Redis = 3,
}

/** Makes the tokens of a VM's calls: 4, 8, 12, … for HTTP, 5, 9, … for gRPC calls, and so on. Never 0. */
export class CallTokens {
  private readonly counts: [number, number, number, number] = [0, 0, 0, 0];

  next(kind: CallKind): number {
    return (++this.counts[kind] * 4 + kind) >>> 0;
  }
}

export function kindOf(token: number): CallKind {
  return token & 3;
}
