/** Where the host stores its results: address and size of a text, or a number. */
export const SLOTS = memory.data(64, 8);

/** The kind of value that the host stores in a slot. */
export enum Out {
  Text,
  Number,
  Long,
  Hidden,
}

/** The arguments of a host call, read from the words of a line of the script. */
export class Arguments {
  readonly values: StaticArray<i32> = new StaticArray<i32>(16);
  readonly outs: Out[] = [];
  readonly places: usize[] = [];
  private count: i32 = 0;

  constructor(words: string[], first: i32, variables: Map<string, i32>) {
    memory.fill(SLOTS, 0xaa, 64);
    for (let i = first; i < words.length; i++) this.add(words[i], variables);
  }

  private add(word: string, variables: Map<string, i32>): void {
    const head = word.charAt(0);
    if (head == '"') this.bytes(unescape(word.substring(1)));
    else if (head == "{") this.bytes(pairs(word.substring(1)));
    else if (head == "$") this.push(variables.has(word) ? variables.get(word) : 0);
    else if (word == "%") this.out(Out.Text, 2);
    else if (word == "#") this.out(Out.Number, 1);
    else if (word == "##") this.out(Out.Long, 1);
    else if (word == "_") this.out(Out.Hidden, 1);
    else if (word == "__") this.out(Out.Hidden, 2);
    else this.push(<i32>I64.parseInt(word));
  }

  private push(value: i32): void {
    this.values[this.count++] = value;
  }

  private bytes(bytes: ArrayBuffer): void {
    this.push(<i32>changetype<usize>(bytes));
    this.push(bytes.byteLength);
  }

  private out(kind: Out, words: i32): void {
    const place = SLOTS + this.outs.length * 8;
    this.outs.push(kind);
    this.places.push(place);
    this.push(<i32>place);
    if (words == 2) this.push(<i32>(place + 4));
  }
}

/** The bytes of a word: `\_` is a space, `\0` a NUL, `\n` a line break, `\x` with two digits any byte. */
export function unescape(word: string): ArrayBuffer {
  const bytes = new Uint8Array(word.length);
  let size = 0;
  for (let i = 0; i < word.length; i++) {
    let code = word.charCodeAt(i);
    if (code == 0x5c) {
      const next = word.charAt(++i);
      if (next == "_") code = 0x20;
      else if (next == "0") code = 0;
      else if (next == "n") code = 0x0a;
      else if (next == "x") {
        code = <i32>I64.parseInt(word.substr(i + 1, 2), 16);
        i += 2;
      } else code = word.charCodeAt(i);
    }
    bytes[size++] = <u8>code;
  }
  return bytes.buffer.slice(0, size);
}

/** Encodes `name=value,name=value` as the ABI's header pairs. */
function pairs(word: string): ArrayBuffer {
  const items = word.length > 0 ? word.split(",") : [];
  const parts: ArrayBuffer[] = [];
  let size = 4;
  for (let i = 0; i < items.length; i++) {
    const at = items[i].indexOf("=", 1);
    parts.push(unescape(items[i].substring(0, at)));
    parts.push(unescape(items[i].substring(at + 1)));
  }
  for (let i = 0; i < parts.length; i++) size += 4 + parts[i].byteLength + 1;
  const all = new ArrayBuffer(size);
  let to = changetype<usize>(all);
  store<i32>(to, items.length);
  to += 4;
  for (let i = 0; i < parts.length; i++, to += 4) store<i32>(to, parts[i].byteLength);
  for (let i = 0; i < parts.length; i++) {
    memory.copy(to, changetype<usize>(parts[i]), parts[i].byteLength);
    to += parts[i].byteLength + 1;
  }
  return all;
}
