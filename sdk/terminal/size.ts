const UNITS = ["B", "KB", "MB", "GB"];

/**
 * A number of bytes for people, in units of 1024 bytes.
 *
 * @example
 * sizeText(25_135); // "24.5 KB"
 * sizeText(312); // "312 B"
 */
export function sizeText(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  // 1023.96 KB would read as "1024.0 KB".
  while (unit < UNITS.length - 1 && value >= (unit === 0 ? 1024 : 1023.95)) {
    value /= 1024;
    unit++;
  }
  return `${bytes < 0 ? "-" : ""}${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

/**
 * A difference in bytes with its sign.
 *
 * @example
 * sizeChangeText(307); // "+307 B"
 * sizeChangeText(-2048); // "-2.0 KB"
 */
export function sizeChangeText(bytes: number): string {
  return bytes > 0 ? `+${sizeText(bytes)}` : sizeText(bytes);
}
