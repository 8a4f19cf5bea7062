// What `npm run query` does: asks the query API one question and prints the JSON answer. In AWS the
// request is signed with the caller's own credentials; on loopback it goes as it is.

import { parseArgs } from 'node:util';
import { type AwsCredentials, signGet } from './aws-signature.ts';

export type QueryIo = {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly fetch: (url: URL, headers: Record<string, string>) => Promise<Response>;
  readonly credentials: () => Promise<AwsCredentials>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

const usageExitCode = 64;
const refusedExitCode = 1;
const unavailableExitCode = 69;
const localUrl = 'http://127.0.0.1:8080';

const help = `Asks the query API and prints its JSON answer.

  npm run query -- [--url URL] [--region REGION] QUESTION

  --url URL        the API; "npm run deploy" prints it (default: ${localUrl}, npm start)
  --region REGION  needed when the API has a domain of its own
  QUESTION         users | "users?search=ali" | users/alice@contoso.com |
                   users/alice@contoso.com/activities | detections | devices | summary | ...

In AWS the request is signed with your own credentials (environment, profile or SSO).
`;

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

  const region = values.region ?? /\.execute-api\.([a-z0-9-]+)\./.exec(url.host)?.[1];
  if (region === undefined) return wrong('--region is missing: the host does not name one');
  const scope = { region, service: 'execute-api', timeMs: io.now() };
  return ask(url, signGet(url, { ...scope, credentials: await io.credentials() }), io);
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      url: { type: 'string', default: localUrl },
      region: { type: 'string' },
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
