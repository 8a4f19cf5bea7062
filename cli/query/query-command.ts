// `npm run query`: sends one query to the API, without a browser. Tables for reading, --json and
// the file formats for programs. The deployed API gets a token; on loopback, without a sign-in, the
// request goes without one.

import { parseArgs } from 'node:util';
import { apiUrlOf, localUrl, type TokenIo, type TokenSource, tokenHelp } from '../access-token.ts';
import {
  type Ask,
  isNotAllowed,
  isObject,
  openApi,
  parsedJson,
  problemLines,
} from '../api-client.ts';
import { SignInError } from '../login/sign-in-error.ts';
import { type Question, questions } from './query-questions.ts';
import { tablesText } from './query-table.ts';

export type QueryIo = TokenIo & {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
};

/** As sysexits.h has them; 1: the API said no. */
const exitCodes = { refused: 1, usage: 64, unavailable: 69, notAllowed: 77 } as const;

const questionLines = Object.values(questions)
  .map(({ usage, says }) => `  ${usage.padEnd(20)} ${says}`)
  .join('\n');

const help = `Asks the API about users, sessions, detections and devices.

  npm run query -- [OPTIONS] QUESTION

${questionLines}
  PATH                 any path of docs/openapi.yaml, for example "users?search=ali"; prints JSON

  --json               the answer as JSON
  --format FORM        csv, ndjson, ocsf, ecs or cef: activities and detections
  --from, --to TIME    2026-11-01T00:00:00Z, or back from now: P7D, PT12H
  --severity, --status medium,high; new, in-progress, resolved, withdrawn: detections; without
                       --status all that stand
  --limit N            rows of a page (25; files 1000)
  --all                every page, not the first only
  --url URL            the API (default: WHEREFROM_URL, the one you signed in to with "npm run
                       login", the "npm start" that runs, or else ${localUrl})

For example: npm run query -- detections --severity medium,high --from P7D

Exit codes: 0 answered, 1 the API said no (nothing of this name), 64 wrong usage, 69 nothing
answers, 77 not signed in or not allowed.

${tokenHelp}`;

class UsageError extends Error {}

/** Runs one command line; resolves to the exit code. */
export async function runQuery(args: readonly string[], io: QueryIo): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    if (values.help) {
      io.out(help);
      return 0;
    }
    const asked = readQuestion(positionals, values, io);
    const ask = await openApi(tokenSource(values), asked.url.origin, io);
    return await answer(asked, ask, values.all === true, io);
  } catch (error) {
    if (error instanceof SignInError && error.kind !== 'usage') {
      io.error(`wherefrom query: ${error.message}\n`);
      return error.exitCode;
    }
    const isUsage = error instanceof UsageError || error instanceof SignInError;
    if (!(isUsage || isParseError(error))) throw error;
    const { message } = error as Error;
    io.error(`wherefrom query: ${message}\nRun with --help for what there is.\n`);
    return exitCodes.usage;
  }
}

const isParseError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      json: { type: 'boolean' },
      format: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      severity: { type: 'string' },
      status: { type: 'string' },
      limit: { type: 'string' },
      all: { type: 'boolean' },
      'token-file': { type: 'string' },
      'client-id': { type: 'string' },
      'token-url': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  });
}

type Values = ReturnType<typeof parse>['values'];

type Asked = {
  readonly url: URL;
  /** Absent: JSON as it came, or a file. */
  readonly question: Question | undefined;
  /** A file is printed as it came. */
  readonly isFile: boolean;
};

function readQuestion(words: readonly string[], values: Values, io: QueryIo): Asked {
  const [first, ...rest] = words;
  if (first === undefined) throw new UsageError('expects a question');
  const api = apiUrlOf(values.url, io);
  if (!URL.canParse(api)) throw new UsageError(`--url "${api}" is not a URL`);
  const question = Object.hasOwn(questions, first) ? questions[first] : undefined;
  const [least, most] = question?.words ?? [0, 0];
  if (rest.length < least || rest.length > most) {
    throw new UsageError(`expects: ${question?.usage ?? 'one question'}`);
  }
  if (!question && !/[/?]/.test(first)) {
    const known = Object.keys(questions).join(', ');
    throw new UsageError(`there is no question "${first}": ${known}, or a path with a slash`);
  }
  const path = question ? question.pathOf(rest) : first.replace(/^\/?(v1\/)?/, '');
  const isFile = values.format !== undefined && values.format !== 'json';
  const served = isFile && !path.startsWith('exports/') ? `exports/${path}` : path;
  const url = new URL(`v1/${served}`, api.replace(/\/*$/, '/'));
  for (const name of ['from', 'to', 'severity', 'status', 'format'] as const) {
    const value = values[name];
    if (value === undefined) continue;
    if (question && !question.takes.includes(name)) {
      throw new UsageError(`${first} takes no --${name}`);
    }
    url.searchParams.set(name, value);
  }
  if (values.limit !== undefined) url.searchParams.set('limit', values.limit);
  const isTable = question && !values.json && values.format === undefined;
  return { url, question: isTable ? question : undefined, isFile };
}

function tokenSource(values: Values): TokenSource {
  return {
    tokenFile: values['token-file'],
    clientId: values['client-id'],
    tokenUrl: values['token-url'],
  };
}

/** Prints the answer, page by page when all are wanted. */
async function answer(
  { url, question, isFile }: Asked,
  ask: Ask,
  isAll: boolean,
  io: QueryIo,
): Promise<number> {
  let next: URL | undefined = url;
  let isFirst = true;
  while (next) {
    const response = await ask(next);
    if (!response) {
      io.error(`wherefrom query: nothing answers at ${url.origin}\n`);
      return exitCodes.unavailable;
    }
    const text = await response.text();
    if (!response.ok) return refuse(response.status, text, question !== undefined, io);
    const body = isFile ? undefined : parsedJson(text);
    io.out(
      question && isObject(body) ? tablesText(question.tables(body)) : plain(text, body, isFirst),
    );
    const following = nextOf(url, response, body);
    if (following && !isAll) io.error('There is more: --all, or a narrower question.\n');
    next = isAll ? following : undefined;
    isFirst = false;
  }
  return 0;
}

function refuse(status: number, text: string, isForPeople: boolean, io: QueryIo): number {
  const body = parsedJson(text);
  const lines = isForPeople ? problemLines(body) : undefined;
  if (lines) io.error(`wherefrom query: ${lines}`);
  else io.out(plain(text, body, true));
  return isNotAllowed(status) ? exitCodes.notAllowed : exitCodes.refused;
}

/** The next page: a `next` in JSON, a Link header with files. */
function nextOf(url: URL, response: Response, body: unknown): URL | undefined {
  const link = /<(\?[^>]*)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  if (link) return new URL(link, url);
  if (!(isObject(body) && typeof body['next'] === 'string')) return undefined;
  const next = new URL(url);
  next.searchParams.set('cursor', body['next']);
  return next;
}

/** JSON with indentation; files as they came, the names of their columns once. */
function plain(text: string, body: unknown, isFirst: boolean): string {
  if (body !== undefined) return `${JSON.stringify(body, undefined, 2)}\n`;
  const isLaterCsv = !isFirst && text.includes('\r\n');
  const kept = isLaterCsv ? text.slice(text.indexOf('\n') + 1) : text;
  return kept.endsWith('\n') || kept === '' ? kept : `${kept}\n`;
}
