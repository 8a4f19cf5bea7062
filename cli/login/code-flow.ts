// Signs a user in: the authorization code flow with PKCE in the user's own browser (RFC 8252). The
// verifier is sent to the token endpoint only; the answer is checked against state and nonce.

import { generateRandomCodeVerifier, generateRandomNonce, generateRandomState } from 'oauth4webapi';
import { type CallbackAnswer, listenForCallback } from './callback-listener.ts';
import type { Provider, SignedIn } from './provider.ts';
import { SignInError } from './sign-in-error.ts';

export type CodeFlowIo = {
  /** Port of localhost that the client is registered with. */
  readonly port: number;
  /** Shows the address, opens a browser. */
  readonly show: (url: URL) => void;
  /** Aborted: the person stopped it. */
  readonly stopped: AbortSignal;
  /** How long the person may take, ms. */
  readonly patienceMs: number;
};

/**
 * Sends the person to the provider and waits until they are back.
 * @throws SignInError
 */
export async function signInByCode(provider: Provider, io: CodeFlowIo): Promise<SignedIn> {
  const attempt = {
    state: generateRandomState(),
    nonce: generateRandomNonce(),
    verifier: generateRandomCodeVerifier(),
  };
  const { promise, resolve, reject } = withResolvers<SignedIn>();
  let isTaken = false;
  const onCallback = async (parameters: URLSearchParams): Promise<CallbackAnswer> => {
    try {
      const checked = provider.checkCallback(parameters, attempt.state);
      // A second visit with the same code is the browser's reload.
      if (checked === 'foreign' || isTaken) return pages.foreign;
      isTaken = true;
      const proof = { ...attempt, redirectUri: listener.redirectUri };
      resolve(await provider.exchange(checked, proof));
      return pages.done;
    } catch (error) {
      reject(error);
      return pages.failed;
    }
  };
  const listener = await listenForCallback(io.port, onCallback);
  const giveUp = patience(io, reject);
  try {
    io.show(await provider.authorizeUrl({ ...attempt, redirectUri: listener.redirectUri }));
    return await promise;
  } finally {
    giveUp();
    await listener.close();
  }
}

const pages = {
  done: {
    status: 200,
    title: 'Signed in',
    text: 'You can close this tab and go back to the command line.',
  },
  failed: {
    status: 502,
    title: 'Not signed in',
    text: 'The command line says why. You can close this tab.',
  },
  foreign: {
    status: 400,
    title: 'Not signed in',
    text: 'This address does not belong to the sign-in that is waiting here.',
  },
} as const satisfies Record<string, CallbackAnswer>;

/** Ends the wait when the person does not come back, or stops it. @returns how to forget it */
function patience(
  { stopped, patienceMs }: CodeFlowIo,
  reject: (error: SignInError) => void,
): () => void {
  const stop = (): void => reject(new SignInError('cancelled', 'stopped; nobody was signed in'));
  const minutes = Math.round(patienceMs / 60_000);
  const late = `nobody signed in within ${minutes} minutes; run the command again`;
  const timer = setTimeout(() => reject(new SignInError('cancelled', late)), patienceMs);
  if (stopped.aborted) stop();
  stopped.addEventListener('abort', stop, { once: true });
  return () => {
    clearTimeout(timer);
    stopped.removeEventListener('abort', stop);
  };
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Rejected before anybody waits is no fault of its own.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
