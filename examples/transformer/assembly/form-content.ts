import { encodeText, Json, Multipart, Query } from "as-proxy-wasm-sdk";
import { changeValues } from "./change-values";
import { Content, listOf, Message } from "./message";
import { Step } from "./steps";
import { Values } from "./values";

/** The fields of a form. */
abstract class FormContent extends Content {
  constructor(protected fields: Values) {
    super();
  }

  change(steps: Step[], message: Message): Error | null {
    changeValues(this.fields, steps, message);
    return null;
  }

  values(key: string): string[] | null {
    return this.fields.get(key);
  }

  json(key: string): Json {
    const values = this.fields.get(key);
    return values === null ? Json.missing() : listOf(values);
  }
}

/** A body of the type `application/x-www-form-urlencoded`. */
export class UrlEncodedContent extends FormContent {
  constructor(form: Query) {
    super(Values.of(form.entries()));
  }

  bytes(): ArrayBuffer {
    return encodeText(encoded(this.fields));
  }
}

/** A body of the type `multipart/form-data`. Its files are no fields, and stay as they are. */
export class MultipartContent extends FormContent {
  constructor(private form: Multipart) {
    super(Values.of(form.fields()));
  }

  bytes(): ArrayBuffer {
    this.form.setFields(this.fields.pairs());
    return this.form.bytes();
  }
}

/** A query or a form as text, sorted by name. */
export function encoded(values: Values): string {
  const query = new Query();
  const pairs = values.pairs();
  for (let i = 0; i < pairs.length; i++) query.append(pairs[i][0], pairs[i][1]);
  return query.encode();
}
