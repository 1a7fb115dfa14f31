import { decodeUtf8, encodeUtf8 } from "../abi/utf8";

/**
 * One event of an event stream (`text/event-stream`), or the text between two events, such as a comment. `bytes()` returns
 * the bytes of an event as they arrived, unless the plugin has changed the event.
 *
 * Source: the HTML standard, 9.2.6 "Interpreting an event stream".
 *
 * @example
 * ```ts
 * const event = new SseEvent();
 * event.setData("hello");
 * event.setEvent("greeting");
 * log.debug(decodeText(event.bytes())); // event: greeting, data: hello
 * ```
 */
export class SseEvent {
  /** Whether a blank line ends the event. A client ignores a last event without a blank line. */
  readonly isComplete: bool;
  private raw: ArrayBuffer | null;
  private isParsed: bool;

  private dataText: string = "";
  private eventText: string = "";
  private idText: string | null = null;
  private retryValue: i64 = -1;
  private commentText: string = "";
  private dataLines: i32 = 0;

  /**
   * Creates an event without fields. `SseStream` creates events with these parameters:
   *
   * @param raw the bytes of the event
   * @param isComplete whether a blank line ends the event
   * @param isFirst whether the event is the first of its stream, which may begin with a byte order mark
   */
  constructor(
    raw: ArrayBuffer | null = null,
    isComplete: bool = true,
    private isFirst: bool = false,
  ) {
    this.raw = raw;
    this.isComplete = isComplete;
    this.isParsed = raw === null;
  }

  /** Whether the event has data. A client dispatches only events with data. */
  get hasData(): bool {
    this.parse();
    return this.dataLines > 0;
  }

  /** The data; several `data` lines are joined with line feeds. "" without data. */
  get data(): string {
    this.parse();
    return this.dataText;
  }

  /** The type of the event; "" without a type, which clients read as `message`. */
  get event(): string {
    this.parse();
    return this.eventText;
  }

  /** The id; null if the event does not set one. */
  get id(): string | null {
    this.parse();
    return this.idText;
  }

  /** The reconnection time in milliseconds; -1 if the event does not set one. */
  get retryMs(): i64 {
    this.parse();
    return this.retryValue;
  }

  /** The comments, without their colons; several lines are joined with line feeds. "" without comments. */
  get comment(): string {
    this.parse();
    return this.commentText;
  }

  /**
   * Sets the data.
   *
   * @param data any text. CR LF, CR and LF begin a new line of data, and a client reads each as a line feed.
   */
  setData(data: string): void {
    this.change();
    this.dataText = unifyLines(data);
    this.dataLines = 1;
  }

  /**
   * Sets the type of the event.
   *
   * @returns null, or an error if the type contains a line break, which would begin another field
   */
  setEvent(event: string): Error | null {
    if (hasLineBreak(event)) return new Error("the type of the event contains a line break");
    this.change();
    this.eventText = event;
    return null;
  }

  /**
   * Sets the id.
   *
   * @param id null removes the id
   * @returns null, or an error if the id contains a line break or NUL, which clients do not accept
   */
  setId(id: string | null): Error | null {
    if (id !== null && (hasLineBreak(id) || id.includes("\0"))) return new Error("the id contains a line break or NUL");
    this.change();
    this.idText = id;
    return null;
  }

  /**
   * Sets the reconnection time.
   *
   * @param ms milliseconds; a negative number removes the field
   */
  setRetryMs(ms: i64): void {
    this.change();
    this.retryValue = ms;
  }

  /**
   * Sets the comment, which clients ignore.
   *
   * @param comment any text; each line becomes a line of the comment. "" removes the comment.
   */
  setComment(comment: string): void {
    this.change();
    this.commentText = unifyLines(comment);
  }

  /**
   * Returns the event as it goes to the client: the bytes that arrived, or, if the plugin has changed or made the event,
   * its comments and fields in lines that end with LF, and a blank line if the event is complete.
   */
  bytes(): ArrayBuffer {
    const raw = this.raw;
    return raw === null ? encodeUtf8(this.text()) : raw;
  }

  private text(): string {
    let text = this.commentText.length > 0 ? lines(":", this.commentText) : "";
    if (this.eventText.length > 0) text += "event: " + this.eventText + "\n";
    const id = this.idText;
    if (id !== null) text += "id: " + id + "\n";
    if (this.retryValue >= 0) text += "retry: " + this.retryValue.toString() + "\n";
    if (this.dataLines > 0) text += lines("data: ", this.dataText);
    return this.isComplete ? text + "\n" : text;
  }

  private change(): void {
    this.parse();
    this.raw = null;
  }

  private parse(): void {
    if (this.isParsed) return;
    this.isParsed = true;
    const raw = this.raw;
    if (raw === null) return;
    const text = decodeUtf8(changetype<usize>(raw), raw.byteLength);
    const length = text.length;
    const data: string[] = [];
    const comments: string[] = [];
    let at = this.isFirst && length > 0 && text.charCodeAt(0) == BOM ? 1 : 0;
    while (at < length) {
      let end = at;
      let colon = -1;
      while (end < length) {
        const c = text.charCodeAt(end);
        if (c == CR || c == LF) break;
        if (c == COLON && colon < 0) colon = end;
        end++;
      }
      if (colon == at) comments.push(text.substring(at + 1, end));
      else if (end > at) {
        const name = text.substring(at, colon < 0 ? end : colon);
        let from = colon < 0 ? end : colon + 1;
        if (from < end && text.charCodeAt(from) == 0x20) from++;
        const value = text.substring(from, end);
        if (name == "data") data.push(value);
        else if (name == "event") this.eventText = value;
        else if (name == "id" && !value.includes("\0")) this.idText = value;
        else if (name == "retry") this.retryValue = milliseconds(value, this.retryValue);
      }
      at = end + 1;
    }
    this.dataLines = data.length;
    this.dataText = data.join("\n");
    this.commentText = comments.join("\n");
  }
}

const BOM: i32 = 0xfeff;
const CR: i32 = 0x0d;
const LF: i32 = 0x0a;
const COLON: i32 = 0x3a;

/** The text with a prefix before each of its lines, and LF after each. */
function lines(prefix: string, text: string): string {
  return prefix + text.split("\n").join("\n" + prefix) + "\n";
}

/** Replaces CR LF and CR by LF. */
function unifyLines(text: string): string {
  return text.includes("\r") ? text.replaceAll("\r\n", "\n").replaceAll("\r", "\n") : text;
}

function hasLineBreak(text: string): bool {
  return text.includes("\n") || text.includes("\r");
}

/** The value of a `retry` field, or `otherwise` if the field is not a number of at most 15 digits. */
function milliseconds(text: string, otherwise: i64): i64 {
  const length = text.length;
  if (length == 0 || length > 15) return otherwise;
  let value: i64 = 0;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (<u32>digit > 9) return otherwise;
    value = value * 10 + digit;
  }
  return value;
}
