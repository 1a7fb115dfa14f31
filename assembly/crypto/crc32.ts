/** Room for a checksum of each byte. */
function table(): usize {
  return memory.data(1024, 4);
}

/** Fills the table on first use, so that the module does not contain it. */
function filledTable(): usize {
  const start = table();
  // The checksum of byte 255 is not 0.
  if (load<u32>(start, 255 << 2) != 0) return start;
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320 & (0 - (crc & 1)));
    store<u32>(start + (byte << 2), crc);
  }
  return start;
}

/**
 * Returns the CRC-32 checksum of bytes, with the polynomial of IEEE 802.3 that gzip, PNG and Go's `crc32.ChecksumIEEE` use.
 * A checksum detects accidents. It is no protection against an attacker.
 *
 * @param previous The checksum of the bytes before, for an input that arrives in chunks.
 * @example
 * ```ts
 * crc32(encodeText("123456789")); // 0xcbf43926
 * crc32(encodeText("6789"), crc32(encodeText("12345"))); // the same
 * ```
 */
export function crc32(bytes: ArrayBuffer, previous: u32 = 0): u32 {
  const sums = filledTable();
  let p = changetype<usize>(bytes);
  const end = p + <usize>bytes.byteLength;
  let crc = ~previous;
  for (; p < end; p++) crc = (crc >> 8) ^ load<u32>(sums + (((crc ^ load<u8>(p)) & 0xff) << 2));
  return ~crc;
}
