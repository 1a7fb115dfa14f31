import { compileAssembly, type Instance } from "../../support/assembly.js";
import { EXPORTS, words } from "./exports.js";
import type { Row } from "./rows.js";

/** Functions and classes that the code of rows uses. */
const SHARED = `
  import { escapeHtml } from "./assembly/wrapper/escape-html";
  import { parseReply } from "./assembly/client/redis/parse-reply";
  import { Pairs } from "./assembly/abi/pairs";

  let kept: i32 = 0;
  /** Uses a result, so that the compiler keeps the call. */
  function keep(result: i32): void { kept += result; }
  export function results(): i32 { return kept; }
  export function memory_size(): i32 { return memory.size(); }

  /** The first 64 bits of a text, as a number. */
  function bits(text: string): i64 {
    return text.length < 4 ? <i64>text.length - 2 : load<i64>(changetype<usize>(text));
  }

  /** Public keys, parsed once. */
  class Keys {
    static rsa: PublicKey | null = null;
    static p256: PublicKey | null = null;
    static of(rsa: string, p256: string, which: i32): PublicKey {
      let key = which & 1 ? Keys.rsa : Keys.p256;
      if (key !== null) return key;
      key = PublicKey.fromPem(which & 1 ? rsa : p256);
      if (which & 1) Keys.rsa = key;
      else Keys.p256 = key;
      return key;
    }
  }`;

/** All rows in one module. */
export class Guest {
  /** What the host passes to the next call of a row: the bytes of `a`. */
  private passed: Uint8Array = Buffer.alloc(0);

  private constructor(
    private readonly rows: readonly Row[],
    private instance: Instance | undefined,
  ) {}

  static async make(rows: readonly Row[]): Promise<Guest> {
    const functions = rows.map(
      ({ code }, index) => `export function row${index}(a: string, b: string): void {${code}}`,
    );
    const source = `${SHARED}\n${functions.join("\n")}`;
    const used = words(source);
    const imports = [...EXPORTS].filter(([name]) => used.has(name));
    const lines = imports.map(([name, file]) => `import { ${name} } from "${file}";`);
    const guest = new Guest(rows, undefined);
    let random = 1n;
    guest.instance = await compileAssembly(`${lines.join("\n")}\n${source}`, ["-O2"], {
      proxy_log: () => 0,
      proxy_get_log_level: () => 1,
      proxy_set_effective_context: () => 0,
      // There is no foreign function, so the SDK itself verifies signatures.
      proxy_call_foreign_function: () => 1,
      proxy_get_upstream_hosts: (instance, address, size) => (instance.hand(guest.passed, address!, size!), 0),
      proxy_set_upstream_override_host: (_, address) => (address! & 16 ? 0 : 2),
      clock_time_get: (instance, _id, _high, _low, at) => instance.storeU64(at ?? _low!, 1_800_000_000_000_000_000n),
      random_get: (instance, at, size) => {
        for (let i = 0; i < size!; i += 8)
          instance.storeU64(at! + i, (random += 0x9e3779b97f4a7c15n) & (2n ** 64n - 1n));
        return 0;
      },
    });
    return guest;
  }

  /** Calls a row. @throws Error when it traps */
  call(row: Row, a: string, b: string): void {
    if (row.code.includes("getUpstreamHosts")) this.passed = Buffer.from(a, "latin1");
    this.instance!.number(`row${this.rows.indexOf(row)}`, a, b);
  }

  collect(): void {
    this.instance!.collect();
  }

  /** The size of the memory in bytes. */
  get memorySize(): number {
    return this.instance!.number("memory_size") * 65_536;
  }
}
