// The access token of a machine client, by the client credentials grant (RFC 6749 section 4.4),
// cached until it expires: Cognito bills every token. The name of the cache file is a digest of
// client, endpoint and secret, so that a caller with another secret never gets this one's token;
// the secret itself is in no file.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as oauth from 'oauth4webapi';
import { fieldsOf } from './json-text.ts';
import { openPrivateFolder, type PrivateFolder } from './private-folder.ts';
import { asked, checked, type Fetch, requestOptions } from './provider.ts';
import { quoted } from './sign-in-error.ts';

/** The scope that opens what an analyst may read (lib/login.ts). */
const scope = 'wherefrom/read';
/** A token that ends sooner is replaced before it is used. */
const earlyMs = 60_000;

export type Machine = {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The token endpoint. */
  readonly tokenUrl: URL;
};

export type MachineDeps = {
  /** The person's config folder (config-folder.ts). */
  readonly folder: string;
  readonly platform: string;
  readonly fetch: Fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/**
 * Gets the token, from the file while it holds.
 * @param refused a token that the API has just refused: a new one is wanted
 * @throws SignInError `refused` when id or secret are wrong, `unavailable`
 */
export async function machineToken(
  deps: MachineDeps,
  machine: Machine,
  refused?: string,
): Promise<string> {
  const files = openPrivateFolder(join(deps.folder, 'machine-tokens'), deps.platform);
  const name = digestOf(machine);
  const held = heldToken(files, name, deps.now());
  if (held !== undefined && held !== refused) return held;
  return files.exclusively(name, async () => {
    const meanwhile = heldToken(files, name, deps.now());
    if (meanwhile !== undefined && meanwhile !== refused) return meanwhile;
    const { access_token: token, expires_in: seconds = 0 } = await ask(deps, machine);
    const expiresAt = deps.now() + seconds * 1000;
    files.write(name, `${JSON.stringify({ token, expiresAt })}\n`);
    return token;
  });
}

/** What identifies the caller, in 128 bits: a file name in a private folder. */
function digestOf({ clientId, clientSecret, tokenUrl }: Machine): string {
  const parts = JSON.stringify([tokenUrl.href, clientId, clientSecret, scope]);
  return createHash('sha256').update(parts).digest('hex').slice(0, 32);
}

function heldToken(files: PrivateFolder, name: string, now: number): string | undefined {
  const { token, expiresAt } = fieldsOf(files.read(name) ?? '');
  const holds = typeof expiresAt === 'number' && expiresAt - earlyMs > now;
  return holds && typeof token === 'string' ? token : undefined;
}

function ask(
  { fetch }: MachineDeps,
  { clientId, clientSecret, tokenUrl }: Machine,
): Promise<oauth.TokenEndpointResponse> {
  const server = { issuer: tokenUrl.origin, token_endpoint: tokenUrl.href };
  const client = { client_id: clientId };
  const proof = oauth.ClientSecretBasic(clientSecret);
  return asked(quoted(tokenUrl.host), async () => {
    const options = requestOptions(tokenUrl, fetch);
    const request = oauth.clientCredentialsGrantRequest;
    const sent = await request(server, client, proof, { scope }, options);
    return oauth.processClientCredentialsResponse(server, client, checked(tokenUrl.host, sent));
  });
}
