/**
 * Writes a number as sigs.k8s.io/yaml writes a key that is a float: as Go's `FormatFloat(value, 'g', -1, 32)`, the
 * shortest decimal that reads back as the same 32-bit float.
 */
export function shortestFloat32(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return ".nan";
  if (!Number.isFinite(single)) return single > 0 ? ".inf" : "-.inf";
  const sign = single < 0 || Object.is(single, -0) ? "-" : "";
  const size = Math.abs(single);
  if (size === 0) return `${sign}0`;
  let digits = 1;
  while (Math.fround(Number(size.toPrecision(digits))) !== size) digits += 1;
  const [mantissa = "", power = ""] = size.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return sign + decimal(mantissa.replace(".", ""), exponent);
  return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function decimal(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = digits.slice(exponent + 1);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}
