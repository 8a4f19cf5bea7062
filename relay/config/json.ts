// Reads JSON with `//` and `/* */` comments and trailing commas, and remembers where each value
// stood, so that every later complaint can name line and column.
// Promise: stops at the first syntax error with its position; never quotes what it read.

/** Line and column, both from 1. */
export type TextPosition = { readonly line: number; readonly column: number };

/** Where values and keys stood, by path (`gateways[0].name`; the whole document is ``). */
export type JsonPositions = {
  valueAt(path: string): TextPosition | undefined;
  keyAt(path: string): TextPosition | undefined;
};

export type ParsedJson =
  | { readonly ok: true; readonly value: unknown; readonly positions: JsonPositions }
  | { readonly ok: false; readonly at: TextPosition; readonly message: string };

const depthMax = 32;

/** The path of a member or element below `path`. */
export function pathBelow(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** Parses a document. */
export function parseConfigJson(text: string): ParsedJson {
  const reader = new JsonReader(text);
  try {
    const value = reader.document();
    return { ok: true, value, positions: reader };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return { ok: false, at: reader.positionOf(error.offset), message: error.message };
  }
}

class JsonSyntaxError extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

class JsonReader implements JsonPositions {
  // Offsets; lines are counted only for what is complained about.
  readonly #values = new Map<string, number>();
  readonly #keys = new Map<string, number>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    // Editors on Windows put a byte order mark in front.
    if (text.startsWith('\ufeff')) this.#at = 1;
  }

  valueAt(path: string): TextPosition | undefined {
    const offset = this.#values.get(path);
    return offset === undefined ? undefined : this.positionOf(offset);
  }

  keyAt(path: string): TextPosition | undefined {
    const offset = this.#keys.get(path);
    return offset === undefined ? undefined : this.positionOf(offset);
  }

  positionOf(offset: number): TextPosition {
    const before = this.#text.slice(0, offset);
    const lineStart = before.lastIndexOf('\n') + 1;
    return { line: before.split('\n').length, column: offset - lineStart + 1 };
  }

  document(): unknown {
    const value = this.#value('', 0);
    this.#skipBlanks();
    if (this.#at < this.#text.length) this.#fail('nothing may follow the document');
    return value;
  }

  #fail(message: string, offset = this.#at): never {
    throw new JsonSyntaxError(offset, message);
  }

  #skipBlanks(): void {
    const blanks = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
    blanks.lastIndex = this.#at;
    this.#at += blanks.exec(this.#text)?.[0].length ?? 0;
  }

  #take(mark: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #value(path: string, depth: number): unknown {
    this.#skipBlanks();
    if (depth > depthMax) this.#fail(`nested deeper than ${depthMax} levels`);
    this.#values.set(path, this.#at);
    if (this.#take('{')) return this.#object(path, depth);
    if (this.#take('[')) return this.#array(path, depth);
    if (this.#text[this.#at] === '"') return this.#string();
    const word = /[\w.+-]+/y;
    word.lastIndex = this.#at;
    const literal = word.exec(this.#text)?.[0] ?? '';
    const isJson = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
    if (!isJson.test(literal)) this.#fail('expected a value; texts stand in double quotes');
    this.#at += literal.length;
    return JSON.parse(literal);
  }

  #object(path: string, depth: number): unknown {
    const object: Record<string, unknown> = {};
    while (!this.#take('}')) {
      const keyAt = this.#at;
      if (this.#text[keyAt] !== '"') this.#fail('expected a key in double quotes, or }');
      const key = this.#string();
      const below = pathBelow(path, key);
      if (Object.hasOwn(object, key)) this.#fail('this key stands here twice', keyAt);
      this.#keys.set(below, keyAt);
      if (!this.#take(':')) this.#fail('expected : behind the key');
      // Defined, not assigned: a key named __proto__ is only a key.
      const value = this.#value(below, depth + 1);
      Object.defineProperty(object, key, { value, enumerable: true });
      if (!this.#take(',') && this.#text[this.#at] !== '}') this.#fail('expected , or }');
    }
    return object;
  }

  #array(path: string, depth: number): unknown[] {
    const array: unknown[] = [];
    while (!this.#take(']')) {
      array.push(this.#value(pathBelow(path, array.length), depth + 1));
      if (!this.#take(',') && this.#text[this.#at] !== ']') this.#fail('expected , or ]');
    }
    return array;
  }

  #string(): string {
    const quoted = /"(?:[^"\\\n]|\\.)*"/y;
    quoted.lastIndex = this.#at;
    const text = quoted.exec(this.#text)?.[0];
    if (text === undefined) this.#fail('this text does not end on its line');
    try {
      const value: unknown = JSON.parse(text);
      this.#at += text.length;
      return String(value);
    } catch {
      return this.#fail('bad escape or control character in this text; write \\\\ for a backslash');
    }
  }
}
