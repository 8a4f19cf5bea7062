// Splits the lines of an exported table into rows, with npm `csv-parse` (RFC 4180 and what MySQL
// writes). Promise: a quote that belongs to nobody spoils its own row at most; a row that cannot be
// read is reported with its line; memory is bounded by a few lines. What columns mean is
// radacct-rows.ts.

import { parse } from 'csv-parse/sync';

export type CsvRow = {
  /** Number of its first line in the file, from 1. */
  readonly line: number;
  /** As many as there are columns. */
  readonly fields: readonly string[];
};

export type CsvForm = {
  readonly separator: string;
  /** Names of the columns in lower case. */
  readonly columns: readonly string[];
};

export type CsvRowsOptions = {
  readonly form: CsvForm;
  /** Number of the first line to come. */
  readonly line: number;
  /** Whether fields, as many as there are columns, can be a row: a line of a text cannot. */
  readonly isRow: (fields: readonly string[]) => boolean;
  readonly onOddRow: (line: number, reason: string) => void;
};

const separators = [',', ';', '\t', '|'];
/** A quoted field that goes on for longer is a quote without its other half. */
const joinedLinesMax = 32;
const octetOrderMark = /^\u00ef\u00bb\u00bf/;

/** The form of a table whose first line names these columns; undefined when it does not. */
export function csvFormOf(line: string, wanted: readonly string[]): CsvForm | undefined {
  const text = line.replace(octetOrderMark, '');
  for (const separator of separators) {
    const [names = []] = parseText(text, separator, '"') ?? [];
    const columns = names.map((name) => name.trim().toLowerCase());
    if (wanted.every((name) => columns.includes(name))) return { separator, columns };
  }
  return undefined;
}

/** What may stand before a quote inside quotes; null: quotes are text like any other. */
type QuoteMark = '"' | '\\' | null;

/** The records of a text; null when its quotes do not close. */
function parseText(
  text: string,
  separator: string,
  mark: QuoteMark,
  isRelaxed = true,
): string[][] | null {
  try {
    return parse(text, {
      delimiter: separator,
      record_delimiter: '\n',
      relax_column_count: true,
      relax_quotes: isRelaxed,
      skip_empty_lines: true,
      ...(mark === null ? { quote: null } : { quote: '"', escape: mark }),
    });
  } catch {
    return null;
  }
}

/** Lines in, rows out. */
export class CsvRows {
  readonly #form: CsvForm;
  readonly #isRow: CsvRowsOptions['isRow'];
  readonly #onOddRow: CsvRowsOptions['onOddRow'];
  /** Lines of a row that may go on. */
  #held: readonly string[] = [];
  /** Number of the first line that is not in a row yet. */
  #line: number;

  constructor({ form, line, isRow, onOddRow }: CsvRowsOptions) {
    this.#form = form;
    this.#isRow = isRow;
    this.#onOddRow = onOddRow;
    this.#line = line;
  }

  /** The rows that lines without their ends complete. */
  take(lines: readonly string[]): CsvRow[] {
    return this.#rows([...this.#held, ...lines.map(withoutReturn)], false);
  }

  /** The rows that are left at the end of the file. */
  end(): CsvRow[] {
    return this.#rows(this.#held, true);
  }

  #rows(lines: readonly string[], isEnd: boolean): CsvRow[] {
    const rows: CsvRow[] = [];
    let at = 0;
    while (at < lines.length) {
      const together = this.#together(lines, at);
      const found = together ?? this.#single(lines, at, isEnd);
      if (found === 'more') break;
      rows.push(...found.rows.map(({ line, fields }) => ({ line: this.#line + line, fields })));
      at += found.used;
      this.#line += found.used;
    }
    this.#held = lines.slice(at);
    return rows;
  }

  /** Lines that are a row each, as almost all are: splitting them at once is quick. */
  #together(lines: readonly string[], from: number): Taken | undefined {
    let to = from;
    while (to < lines.length && isClosed(lines[to])) to += 1;
    const some = lines.slice(from, to);
    const isPlain = some.every((line) => !line.includes('"'));
    const filled = some.flatMap((line, at) => (line.trim() === '' ? [] : [at]));
    const text = filled.map((at) => some[at]).join('\n');
    if (filled.length === 0) return some.length > 0 ? { rows: [], used: some.length } : undefined;
    const records = parseText(text, this.#form.separator, isPlain ? null : '"');
    const isWhole = records?.length === filled.length && records.every((one) => this.#fits(one));
    if (!isWhole) return undefined;
    const escaped = records.map((fields, at) => ({
      line: filled[at] ?? 0,
      fields: this.#values(fields),
    }));
    return { rows: escaped, used: some.length };
  }

  /** The row that begins at a line, which may go on in those behind it. */
  #single(lines: readonly string[], at: number, isEnd: boolean): Taken | 'more' {
    const [line = ''] = lines.slice(at, at + 1);
    if (line.trim() === '') return { rows: [], used: 1 };
    const alone = this.#fieldsOf(line, true);
    if (alone) return this.#taken(alone, 1);
    for (let used = 2; used <= joinedLinesMax; used += 1) {
      if (at + used > lines.length && !isEnd) return 'more';
      const next = lines[at + used - 1];
      if (next === undefined || this.#isRowOfItsOwn(next)) break;
      const joined = this.#fieldsOf(lines.slice(at, at + used).join('\n'), false);
      if (joined) return this.#taken(joined, used);
    }
    // A quote without its other half: it is text.
    const [fields = []] = parseText(line, this.#form.separator, null) ?? [];
    if (this.#fits(fields)) return this.#taken(fields.map(unquoted), 1);
    const { length } = this.#form.columns;
    const reason = `its row has ${fields.length} fields where the table has ${length}`;
    this.#onOddRow(this.#line, reason);
    return { rows: [], used: 1 };
  }

  /** The fields of a text that is one row with its quotes closed. */
  #fieldsOf(text: string, isRelaxed: boolean): readonly string[] | undefined {
    // MySQL escapes quotes with a backslash; others double them, and seldom end a text in one.
    const marks: readonly QuoteMark[] = text.includes('\\"') ? ['\\', '"'] : ['"'];
    for (const mark of marks) {
      const records = parseText(text, this.#form.separator, mark, isRelaxed);
      const [fields = []] = records ?? [];
      if (records?.length !== 1 || !this.#fits(fields)) continue;
      return mark === '\\' ? fields.map(unescaped) : fields;
    }
    return undefined;
  }

  #isRowOfItsOwn(line: string): boolean {
    const [literal = []] = parseText(line, this.#form.separator, null) ?? [];
    const fields = this.#fieldsOf(line, true) ?? literal.map(unquoted);
    return this.#fits(fields) && this.#isRow(fields);
  }

  #taken(fields: readonly string[], used: number): Taken {
    return { rows: [{ line: 0, fields: this.#values(fields) }], used };
  }

  #fits(fields: readonly string[]): boolean {
    const { length } = this.#form.columns;
    return fields.length >= length && fields.slice(length).every((field) => field.trim() === '');
  }

  /** `mysql -B`, INTO OUTFILE and COPY write `\N` for NULL and escape backslashes. */
  #values(fields: readonly string[]): readonly string[] {
    const { separator, columns } = this.#form;
    const isEscaped = separator === '\t' || fields.includes('\\N');
    const used = fields.slice(0, columns.length);
    return isEscaped ? used.map(unescaped) : used;
  }
}

/** Rows with their line counted from the first of `used` lines. */
type Taken = { readonly rows: readonly CsvRow[]; readonly used: number };

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);
/** Whether its quotes come in pairs, none of them escaped by a backslash. */
const isClosed = (line = ''): boolean => line.split('"').length % 2 === 1 && !line.includes('\\"');
const unquoted = (field: string): string => /^"([^"]*)"$/.exec(field)?.[1] ?? field;

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', 0: '\0' };

/**
 * Escapes of MySQL taken off. In a text that would hold a line end or a NUL, which no column of
 * this table holds, backslashes were written as they are: `CORP\nina`.
 */
function unescaped(field: string): string {
  if (field === '\\N' || !field.includes('\\')) return field;
  const text = field.replace(/\\(["'\\nrt0])/g, (_, other: string) => escapes[other] ?? other);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  return /[\u0000\n\r\t]/.test(text) ? field.replaceAll('\\\\', '\\') : text;
}
