import { integerText } from "../../abi/decimal";
import { encodeUtf8 } from "../../abi/utf8";

/** A command in RESP: an array of bulk strings. */
export function encodeCommand(args: string[]): ArrayBuffer {
  const parts = new Array<ArrayBuffer>();
  parts.push(encodeUtf8("*" + integerText(args.length) + "\r\n"));
  let size = parts[0].byteLength;
  for (let i = 0; i < args.length; i++) {
    const bytes = encodeUtf8(args[i]);
    const head = encodeUtf8("$" + integerText(bytes.byteLength) + "\r\n");
    parts.push(head);
    parts.push(bytes);
    size += head.byteLength + bytes.byteLength + 2;
  }
  const command = new ArrayBuffer(size);
  let at = changetype<usize>(command);
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    memory.copy(at, changetype<usize>(part), part.byteLength);
    at += part.byteLength;
    // The first part is the number of arguments; then the head and the bytes of each argument follow.
    if (i > 0 && (i & 1) == 0) {
      store<u16>(at, 0x0a0d); // \r\n
      at += 2;
    }
  }
  return command;
}
