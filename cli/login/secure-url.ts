// Selects the API of a command, and decides which addresses a token may be sent to.

import { SignInError } from './sign-in-error.ts';
import type { SignInStore } from './sign-in-store.ts';

/**
 * A URL that tokens may be sent to: with TLS, or on this machine.
 * @param option what gave it, for the sentence
 * @throws SignInError `usage`
 */
export function secureUrl(text: string, option: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url))) return url;
  throw new SignInError('usage', `${option} "${text}" is no https:// URL`);
}

const isLoopback = ({ hostname }: URL): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

/**
 * The API that is meant: the given one, or the only one where somebody signed in.
 * @param isSigningIn whether it may be the first time
 * @returns its origin
 * @throws SignInError `usage`, or `ended` when nobody is signed in and somebody has to be
 */
export function apiOf(
  given: string | undefined,
  store: Pick<SignInStore, 'apis'>,
  isSigningIn: boolean,
): string {
  if (given) return secureUrl(given, '--url').origin;
  const [only, ...more] = store.apis();
  if (only === undefined && !isSigningIn) {
    throw new SignInError('ended', 'nobody is signed in anywhere: npm run login -- --help');
  }
  if (only === undefined) {
    throw new SignInError('usage', 'expects --url, --issuer and --client-id the first time');
  }
  if (more.length === 0) return only;
  const all = [only, ...more].join(', ');
  throw new SignInError('usage', `expects --url: you signed in at ${all}`);
}
