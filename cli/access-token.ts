// The token a command line shows the API: given in the environment or a file, or fetched by a
// machine with its client credentials (RFC 6749 section 4.4). Nothing secret is ever an argument:
// the process list and the shell's history would keep it.

export type TokenSource = {
  readonly tokenFile?: string | undefined;
  readonly clientId?: string | undefined;
  readonly tokenUrl?: string | undefined;
};

export type TokenIo = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readText: (path: string) => string;
  readonly post: (url: URL, headers: Record<string, string>, body: string) => Promise<Response>;
};

/** What a person reads in `--help`. */
export const tokenHelp = `  A token for the deployed API, one of:
  WHEREFROM_TOKEN       in the environment: the token
  --token-file FILE     the token is in this file
  --client-id ID --token-url URL
                        a machine's own; its secret is WHEREFROM_CLIENT_SECRET in the environment
`;

/** Why there is no token, as a sentence for the caller. */
export class TokenError extends Error {}

const scope = 'wherefrom/read';

/**
 * Gets the token.
 * @throws TokenError with what to do; nothing of a secret is in it
 */
export async function accessToken(source: TokenSource, io: TokenIo): Promise<string> {
  const { tokenFile, clientId, tokenUrl } = source;
  if (tokenFile !== undefined) return readToken(tokenFile, io);
  if (clientId !== undefined || tokenUrl !== undefined) {
    return fetchToken({ clientId, tokenUrl }, io);
  }
  const given = io.environment['WHEREFROM_TOKEN']?.trim();
  if (given) return given;
  throw new TokenError('the API takes a token: set WHEREFROM_TOKEN, or see --help');
}

function readToken(path: string, io: TokenIo): string {
  try {
    return io.readText(path).trim();
  } catch (error) {
    throw new TokenError(`cannot read ${path}: ${(error as { code?: string }).code}`);
  }
}

async function fetchToken(
  { clientId, tokenUrl }: Pick<TokenSource, 'clientId' | 'tokenUrl'>,
  io: TokenIo,
): Promise<string> {
  const secret = io.environment['WHEREFROM_CLIENT_SECRET'];
  if (clientId === undefined || tokenUrl === undefined) {
    throw new TokenError('--client-id and --token-url go together');
  }
  if (!secret) throw new TokenError('WHEREFROM_CLIENT_SECRET is not set');
  if (!URL.canParse(tokenUrl) || new URL(tokenUrl).protocol !== 'https:') {
    throw new TokenError('--token-url is no https:// URL');
  }
  const basic = Buffer.from(`${clientId}:${secret}`).toString('base64');
  const headers = {
    authorization: `Basic ${basic}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope }).toString();
  let response: Response;
  try {
    response = await io.post(new URL(tokenUrl), headers, body);
  } catch {
    throw new TokenError(`nothing answers at ${tokenUrl}`);
  }
  const token = tokenIn(await response.text());
  if (response.ok && token !== undefined) return token;
  throw new TokenError(`no token was given (status ${response.status}): check id and secret`);
}

function tokenIn(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null || !('access_token' in answer)) {
      return undefined;
    }
    return typeof answer.access_token === 'string' ? answer.access_token : undefined;
  } catch {
    return undefined;
  }
}
