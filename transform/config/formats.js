// The formats of JSON Schema (2020-12, validation 7.3) that a text can be checked against, as patterns.

const BYTE = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = `${BYTE}(?:\\.${BYTE}){3}`;
const H = "[\\da-fA-F]{1,4}";
// RFC 4291, section 2.2: eight groups, of which `::` may stand for one or more; the last two may be an IPv4 address.
const LAST = `(?:${H}:${H}|${IPV4})`;
const IPV6 = [
  `(?:${H}:){6}${LAST}`,
  `::(?:${H}:){5}${LAST}`,
  ...[4, 3, 2, 1].map((after) => `(?:${H}(?::${H}){0,${4 - after}})?::(?:${H}:){${after}}${LAST}`),
  `(?:${H}(?::${H}){0,4})?::${LAST}`,
  `(?:${H}(?::${H}){0,5})?::${H}`,
  `(?:${H}(?::${H}){0,6})?::`,
].join("|");

const LABEL = "[a-zA-Z\\d](?:[a-zA-Z\\d-]{0,61}[a-zA-Z\\d])?";
const HOSTNAME = `${LABEL}(?:\\.${LABEL})*\\.?`;

const LEAP_YEAR = "(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)";
const DATE = [
  "\\d{4}-(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])",
  "\\d{4}-(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)",
  "\\d{4}-02-(?:0[1-9]|1\\d|2[0-8])",
  `${LEAP_YEAR}-02-29`,
].join("|");
// RFC 3339, sections 5.6 and 5.7: a leap second is at 23:59:60 in UTC.
const HOUR = "(?:[01]\\d|2[0-3])";
const TIME = [
  `${HOUR}:[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:[zZ]|[+-]${HOUR}:[0-5]\\d)`,
  "23:59:60(?:\\.\\d+)?(?:[zZ]|[+-]00:00)",
].join("|");

const ATOM = "[a-zA-Z\\d!#$%&'*+/=?^_`{|}~-]+";
const DOMAIN = "[a-zA-Z\\d](?:[a-zA-Z\\d-]*[a-zA-Z\\d])?";

// RFC 3986, appendix A.
const PLAIN = "\\w.~!$&'()*+,;=\\-";
const ESCAPE = "%[\\da-fA-F]{2}";
const PCHAR = `(?:[${PLAIN}:@]|${ESCAPE})`;
const IP_LITERAL = `\\[(?:${IPV6}|[vV][\\da-fA-F]+\\.[${PLAIN}:]+)\\]`;
const AUTHORITY = `(?:(?:[${PLAIN}:]|${ESCAPE})*@)?(?:${IP_LITERAL}|(?:[${PLAIN}]|${ESCAPE})*)(?::\\d*)?`;
// As ajv-formats, which editors use, without the empty path.
const PATH = `(?:\\/\\/${AUTHORITY}(?:\\/${PCHAR}*)*|\\/(?:${PCHAR}+(?:\\/${PCHAR}*)*)?|${PCHAR}+(?:\\/${PCHAR}*)*)`;
const REST = `(?:${PCHAR}|[/?])*`;

/** @type {Readonly<Record<string, string>>} */
const BODIES = {
  date: DATE,
  "date-time": `(?:${DATE})[tT](?:${TIME})`,
  email: `${ATOM}(?:\\.${ATOM})*@(?:${DOMAIN}\\.)+${DOMAIN}`,
  hostname: HOSTNAME,
  ipv4: IPV4,
  ipv6: IPV6,
  uri: `[a-zA-Z][a-zA-Z\\d+.-]*:${PATH}(?:\\?${REST})?(?:#${REST})?`,
  uuid: "(?:[uU][rR][nN]:[uU][uU][iI][dD]:)?[\\da-fA-F]{8}(?:-[\\da-fA-F]{4}){3}-[\\da-fA-F]{12}",
};

/** The patterns of the formats by their names. */
export const FORMATS = Object.fromEntries(Object.entries(BODIES).map(([name, body]) => [name, `^(?:${body})$`]));
