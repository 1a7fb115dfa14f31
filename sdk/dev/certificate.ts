import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import type { TlsSpec } from "../spec/gateway-spec.js";

const DAY_MS = 24 * 60 * 60 * 1000;
const VALID_DAYS = 90;

// Object identifiers in DER. RFC 5280 and RFC 5758 define them.
const COMMON_NAME = "0603550403";
const ECDSA_WITH_SHA256 = "06082a8648ce3d040302";
const BASIC_CONSTRAINTS = "0603551d13";
const SUBJECT_ALT_NAME = "0603551d11";
const EXT_KEY_USAGE = "0603551d25";
const SERVER_AUTH = "06082b06010505070301";

/**
 * Generates a self-signed certificate for a server. Clients accept the certificate when they trust the certificate
 * itself, for instance with `curl --cacert`.
 *
 * @param hosts the host names and IP addresses of the server; a name may begin with "*."
 * @example
 * const { certificate, key } = selfSigned(["localhost", "127.0.0.1"]);
 */
export function selfSigned(hosts: readonly string[], now = Date.now()): TlsSpec {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(set(sequence(hex(COMMON_NAME), text(0x0c, "as-proxy-wasm dev"))));
  const algorithm = sequence(hex(ECDSA_WITH_SHA256));
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))), // version 3
    integer(serialNumber()),
    algorithm,
    name,
    sequence(time(now - DAY_MS), time(now + VALID_DAYS * DAY_MS)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(
      0xa3,
      sequence(
        extension(BASIC_CONSTRAINTS, sequence()),
        extension(EXT_KEY_USAGE, sequence(hex(SERVER_AUTH))),
        extension(SUBJECT_ALT_NAME, sequence(...hosts.map(alternativeName))),
      ),
    ),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign("sha256", body, privateKey)]);
  const certificate = sequence(body, algorithm, der(0x03, signature));
  return {
    certificate: pem("CERTIFICATE", certificate),
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

/** A positive number with 16 bytes. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes;
}

function alternativeName(host: string): Buffer {
  const version = isIP(host);
  if (version === 0) return text(0x82, host);
  if (version === 4) return der(0x87, Buffer.from(host.split(".").map(Number)));
  return der(0x87, ipv6(host));
}

/** The 16 bytes of an IPv6 address. */
function ipv6(address: string): Buffer {
  const [head = "", tail] = address.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const first = groups(head);
  const last = tail === undefined ? [] : groups(tail);
  const zeros = Array<string>(8 - first.length - last.length).fill("0");
  return hex([...first, ...zeros, ...last].map((group) => group.padStart(4, "0")).join(""));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(hex(id), der(0x04, value));
}

/** A UTCTime, which RFC 5280 requires until 2049. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\..*/g, "");
  return text(0x17, `${digits.slice(2)}Z`);
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function set(part: Buffer): Buffer {
  return der(0x31, part);
}

function text(tag: number, value: string): Buffer {
  return der(tag, Buffer.from(value));
}

function hex(digits: string): Buffer {
  return Buffer.from(digits, "hex");
}

/** An element of DER: tag, length, content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const long = length < 0x80 ? [] : length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(long.length === 0 ? [tag, length] : [tag, 0x80 | long.length, ...long]), content]);
}

function pem(label: string, bytes: Buffer): string {
  return `-----BEGIN ${label}-----\n${bytes.toString("base64").replace(/.{1,64}/g, "$&\n")}-----END ${label}-----\n`;
}
