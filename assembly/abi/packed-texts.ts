/**
 * Puts the string constants of the module into their places, before any other code runs. In the file each text has one byte
 * per character and no header, which makes the module smaller. The transform writes the list and the call.
 *
 * The list holds for each place, in order: the number of characters and the characters; `LONG`, the number in two bytes, and the
 * characters; or `SKIP` and the number of 16 bytes that hold no packed text.
 *
 * @param list the address of the list
 * @param end the address after the list
 * @param place the address of the first place
 */
export function unpackTexts(list: usize, end: usize, place: usize): void {
  const begin = list;
  while (list < end) {
    let length = <usize>load<u8>(list++);
    if (length == SKIP) {
      place += (<usize>load<u16>(list)) << 4;
      list += 2;
      continue;
    }
    if (length == LONG) {
      length = load<u16>(list);
      list += 2;
    }
    // The header of an object ends with the id of its class and its size.
    store<u32>(place, STRING_ID, 12);
    store<u32>(place, (<u32>length) << 1, 16);
    for (let i: usize = 0; i < length; i++) store<u8>(place + (i << 1), load<u8>(list++), HEADER);
    place += (HEADER + (length << 1) + 15) & ~15;
  }
  // The heap begins here.
  memory.fill(begin, 0, end - begin);
}

const SKIP: usize = 255;
const LONG: usize = 254;
const STRING_ID: u32 = 2;
const HEADER: usize = 20;
