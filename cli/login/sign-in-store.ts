// Sign-ins on disk, one file for each API. The refresh token in it opens the API until it ends or
// is revoked (`npm run login -- --sign-out`).

import { join } from 'node:path';
import { fieldsOf } from './json-text.ts';
import { openPrivateFolder } from './private-folder.ts';
import { SignInError } from './sign-in-error.ts';

/** Whom the person signs in with, to ask which API. */
export type SignInTarget = {
  /** Origin of the API: `https://abc.execute-api.eu-central-1.amazonaws.com`. */
  readonly api: string;
  /** As in the tokens' `iss`; its `/.well-known/openid-configuration` names the endpoints. */
  readonly issuer: string;
  readonly clientId: string;
  /** Separated by blanks. */
  readonly scope: string;
};

export type Tokens = {
  readonly accessToken: string;
  /** Milliseconds since 1970; absent: the provider did not say. */
  readonly expiresAt?: number;
  /** Absent: the provider gives none for this scope. */
  readonly refreshToken?: string;
};

/** Tokens are absent after the provider ended the sign-in. */
export type StoredSignIn = SignInTarget & { readonly tokens?: Tokens };

export type SignInStore = {
  /** @throws SignInError `storage` when the file is not one of ours, or open to others */
  read(api: string): StoredSignIn | undefined;
  write(signIn: StoredSignIn): void;
  remove(api: string): void;
  /** APIs with a file, sorted. */
  apis(): readonly string[];
  /** Runs `work` while no other process changes this API's file. */
  exclusively<T>(api: string, work: () => Promise<T>): Promise<T>;
};

const version = 1;

/** @param folder the person's config folder (config-folder.ts) */
export function openSignIns(folder: string, platform: string): SignInStore {
  const files = openPrivateFolder(join(folder, 'sign-ins'), platform);
  return {
    read: (api) => {
      const text = files.read(api);
      if (text === undefined) return undefined;
      const signIn = parse(text);
      if (signIn?.api === api) return signIn;
      const path = files.pathOf(api);
      throw new SignInError('storage', `${path} holds no sign-in: remove it and sign in again`);
    },
    write: (signIn) =>
      files.write(signIn.api, `${JSON.stringify({ version, ...signIn }, undefined, 2)}\n`),
    remove: files.remove,
    apis: files.names,
    exclusively: files.exclusively,
  };
}

function parse(text: string): StoredSignIn | undefined {
  const { version: written, api, issuer, clientId, scope, tokens } = fieldsOf(text);
  const isTarget = [api, issuer, clientId, scope].every((one) => typeof one === 'string');
  if (written !== version || !isTarget) return undefined;
  const target = { api, issuer, clientId, scope } as SignInTarget;
  const { accessToken, expiresAt, refreshToken } = { ...(tokens as Partial<Tokens> | undefined) };
  if (typeof accessToken !== 'string') return target;
  return {
    ...target,
    tokens: {
      accessToken,
      ...(typeof expiresAt === 'number' && { expiresAt }),
      ...(typeof refreshToken === 'string' && { refreshToken }),
    },
  };
}
