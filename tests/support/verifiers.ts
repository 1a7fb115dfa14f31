import type { HostVm } from "../../sdk/host/host-context.js";
import { verifySignature } from "../../sdk/host/imports/foreign/signatures.js";
import { compileAssembly, type HostFunction, type Instance } from "./assembly.js";

const SOURCE = `
  import { Json } from "./assembly/json";
  import { PublicKey } from "./assembly/crypto/public-key";
  let key: PublicKey = new PublicKey();
  function error(): string {
    const error = key.error;
    return error === null ? "" : error.message;
  }
  export function pem(text: string): string { key = PublicKey.fromPem(text); return error(); }
  export function jwk(text: string): string { key = PublicKey.fromJwk(Json.parse(text)); return error(); }
  export function verify(algorithm: i32, message: ArrayBuffer, signature: ArrayBuffer): bool {
    return key.verify(algorithm, message, signature);
  }
`;

/** Calls of the host's function that were counted, so that tests know that it ran. */
export const hostCalls = { count: 0 };

/** A host that has no foreign functions. */
export const withoutForeignFunctions: HostFunction = () => 1;

/** The foreign function of the Node host. */
export const withVerifySignature: HostFunction = (guest, name, nameSize, argument, size, at, sizeAt) => {
  if (guest.text(name!, nameSize!) !== "verify_signature") return 1;
  hostCalls.count++;
  const result = verifySignature(undefined as unknown as HostVm, guest.read(argument!, size!));
  if (typeof result === "number") return result;
  guest.hand(result, at!, sizeAt!);
  return 0;
};

/** Both ways in which `PublicKey` verifies: in the module, and by the host. Their verdicts must be the same. */
export class Verifiers {
  private constructor(private readonly both: [module: Instance, host: Instance]) {}

  static async start(): Promise<Verifiers> {
    const start = (host: HostFunction) => compileAssembly(SOURCE, ["-O3"], { proxy_call_foreign_function: host });
    return new Verifiers([await start(withoutForeignFunctions), await start(withVerifySignature)]);
  }

  /** Sets the key. Returns the error, or "". */
  pem(text: string): string {
    return this.same((one) => one.string("pem", text));
  }

  jwk(key: object): string {
    return this.same((one) => one.string("jwk", JSON.stringify(key)));
  }

  verify(algorithm: number, message: Uint8Array, signature: Uint8Array): boolean {
    return this.same((one) => one.number("verify", algorithm, message, signature)) === 1;
  }

  private same<T>(run: (one: Instance) => T): T {
    const [inModule, byHost] = this.both.map(run) as [T, T];
    for (const one of this.both) one.collect();
    if (inModule !== byHost) throw new Error(`module: ${String(inModule)}, host: ${String(byHost)}`);
    return inModule;
  }
}
