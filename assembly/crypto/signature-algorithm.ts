/**
 * The algorithms of `PublicKey.verify`. They have the names of JWT. Source: RFC 7518, section 3.1.
 *
 * @example
 * ```ts
 * const key = PublicKey.fromPem(config.name);
 * const valid = key.verify(SignatureAlgorithm.RS256, body.bytes(), base64Decode("…").bytes);
 * ```
 */
export enum SignatureAlgorithm {
  /** RSASSA-PKCS1-v1_5 with SHA-256. */
  RS256 = 0,
  /** RSASSA-PKCS1-v1_5 with SHA-384. */
  RS384 = 1,
  /** RSASSA-PKCS1-v1_5 with SHA-512. */
  RS512 = 2,
  /** ECDSA with the curve P-256 and SHA-256. The signature is 64 bytes, r and s, as in JWT. */
  ES256 = 3,
  /** As ES256, with a signature in DER, as OpenSSL and Node's `sign` write them. */
  ES256Der = 4,
}
