// What `npm run query` does: asks the query API one question and prints the JSON answer. The
// deployed API gets a token; on loopback the request goes as it is.

import { parseArgs } from 'node:util';
import { accessToken, TokenError, type TokenIo, tokenHelp } from './access-token.ts';

export type QueryIo = TokenIo & {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly fetch: (url: URL, headers: Record<string, string>) => Promise<Response>;
};

const usageExitCode = 64;
const refusedExitCode = 1;
const unavailableExitCode = 69;
const localUrl = 'http://127.0.0.1:8080';

const help = `Asks the query API and prints its JSON answer.

  npm run query -- [--url URL] QUESTION

  --url URL        the API; "npm run deploy" prints it (default: ${localUrl}, npm start)
  QUESTION         users | "users?search=ali" | users/alice@contoso.com |
                   users/alice@contoso.com/activities | detections | devices | summary | ...

${tokenHelp}`;

/** Runs one command line; resolves to the exit code. */
export async function runQuery(args: readonly string[], io: QueryIo): Promise<number> {
  const wrong = (message: string): number => {
    io.error(`wherefrom query: ${message}\nRun with --help for what there is.\n`);
    return usageExitCode;
  };
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return wrong((error as Error).message);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    io.out(help);
    return 0;
  }
  const [question] = positionals;
  if (question === undefined || positionals.length > 1) return wrong('expects one question');
  if (!URL.canParse(values.url)) return wrong(`--url "${values.url}" is not a URL`);
  const url = new URL(`v1/${question.replace(/^\/?(v1\/)?/, '')}`, values.url.replace(/\/*$/, '/'));
  if (url.protocol === 'http:') return ask(url, {}, io);

  const source = {
    tokenFile: values['token-file'],
    clientId: values['client-id'],
    tokenUrl: values['token-url'],
  };
  let token: string;
  try {
    token = await accessToken(source, io);
  } catch (error) {
    if (error instanceof TokenError) return wrong(error.message);
    throw error;
  }
  return ask(url, { authorization: `Bearer ${token}` }, io);
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      url: { type: 'string', default: localUrl },
      'token-file': { type: 'string' },
      'client-id': { type: 'string' },
      'token-url': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  });
}

async function ask(url: URL, headers: Record<string, string>, io: QueryIo): Promise<number> {
  let response: Response;
  try {
    response = await io.fetch(url, headers);
  } catch {
    io.error(`wherefrom query: nothing answers at ${url.origin}\n`);
    return unavailableExitCode;
  }
  const text = await response.text();
  io.out(`${pretty(text)}\n`);
  return response.ok ? 0 : refusedExitCode;
}

/** JSON with indentation; anything else as it came. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
