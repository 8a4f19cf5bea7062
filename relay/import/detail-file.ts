// Reads FreeRADIUS `detail` files as rlm_detail writes them: a line with the time, then one
// indented `Attribute = value` a line, then an empty line. Handwritten variants pass, too: without
// the first line, without indents, with `:=`. Promise: one record in memory at a time; lines that
// are no attribute are reported, never fatal. Values are not interpreted here.

/** An attribute as printed. Each character of the value is one octet. */
export type DetailAttribute = {
  /** Name with its tag, if there is one: `Tunnel-Type:1`. */
  readonly name: string;
  /** Quotes and escapes taken off. */
  readonly value: string;
  /** The value stood in quotes: it is text, not the name of a number, nor hexadecimal digits. */
  readonly isQuoted: boolean;
};

export type DetailRecord = {
  /** Number of its first line in the file, from 1. */
  readonly line: number;
  /** The line that opens the record, `Mon Nov 23 08:00:00 2026`; empty when there is none. */
  readonly header: string;
  readonly attributes: readonly DetailAttribute[];
};

/** More lines than a packet of 4096 octets has attributes: this is no record. */
const attributesMax = 2048;
const attributeName = /^[A-Za-z0-9][\w./-]*(?::\d{1,3})?$/;
/** Names repeat in every record: those seen are not looked at again. */
const namesMax = 4096;
const namesSeen = new Map<string, boolean>();

function isName(text: string): boolean {
  const known = namesSeen.get(text);
  if (known !== undefined) return known;
  const answer = text.length <= 128 && attributeName.test(text);
  if (namesSeen.size < namesMax) namesSeen.set(text, answer);
  return answer;
}

/** Gathers lines into records. */
export class DetailReader {
  readonly #onBadLine: (line: number) => void;
  #line = 0;
  #firstLine = 0;
  #header = '';
  #attributes: DetailAttribute[] = [];

  /** @param onBadLine called for lines that belong to no record or are no attribute */
  constructor(onBadLine: (line: number) => void) {
    this.#onBadLine = onBadLine;
  }

  /** Takes the next line. @returns a record that this line ends */
  take(line: string): DetailRecord | undefined {
    this.#line += 1;
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (text.trim() === '') return this.end();
    const attribute = readAttribute(text);
    if (attribute) {
      this.#push(attribute);
      return undefined;
    }
    const isHeader = text[0] !== '\t' && text[0] !== ' ' && !text.includes('=');
    if (!isHeader || text[0] === '#') {
      this.#onBadLine(this.#line);
      return undefined;
    }
    const record = this.end();
    this.#header = text;
    this.#firstLine = this.#line;
    return record;
  }

  /** The record under way, if there is one: the last of a file may lack its empty line. */
  end(): DetailRecord | undefined {
    const record = { line: this.#firstLine, header: this.#header, attributes: this.#attributes };
    const isEmpty = record.attributes.length === 0;
    // A header without attributes: an empty line may follow it in files written by hand.
    if (isEmpty) return undefined;
    this.#header = '';
    this.#attributes = [];
    return record;
  }

  #push(attribute: DetailAttribute): void {
    if (this.#attributes.length === 0 && this.#header === '') this.#firstLine = this.#line;
    if (this.#attributes.length < attributesMax) this.#attributes.push(attribute);
    else this.#onBadLine(this.#line);
  }
}

/** `\t Attribute-Name:1 = value`; FreeRADIUS also prints `:=` and `+=`. */
function readAttribute(line: string): DetailAttribute | undefined {
  const equals = line.indexOf('=');
  if (equals <= 0) return undefined;
  let end = equals;
  if (line[end - 1] === ':' || line[end - 1] === '+') end -= 1;
  const name = line.slice(0, end).trim();
  if (!isName(name)) return undefined;
  const printed = line.slice(equals + 1).trim();
  const read = readValue(printed);
  // Written without escapes: `CORP\nina`. No user has a line end in the name.
  const isPlain = name === 'User-Name' && /[\n\r\t]/.test(read.value);
  return { name, ...read, ...(isPlain && { value: printed.slice(1, -1) }) };
}

function readValue(printed: string): { value: string; isQuoted: boolean } {
  const quote = printed[0];
  if ((quote !== '"' && quote !== "'") || printed.length < 2) {
    return { value: printed.endsWith(',') ? printed.slice(0, -1) : printed, isQuoted: false };
  }
  const close = printed.lastIndexOf(quote);
  return { value: unescaped(printed.slice(1, close > 0 ? close : undefined)), isQuoted: true };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** `\"`, `\\`, `\n`, `\r`, `\t`, and octets as `\303` or `\xc3`; another `\` is itself. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:([0-7]{3})|x([0-9a-fA-F]{2})|([\s\S]))/g, (_, octal, hex, other) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return escapes[other] ?? (/[\\'"]/.test(other) ? other : `\\${other}`);
  });
}
