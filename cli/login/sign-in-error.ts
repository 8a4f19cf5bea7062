// Why there is no token, as one sentence for the user of the command, and the exit code for
// scripts. No message holds a token, a code or a verifier.

/**
 * - `usage`: the command line is wrong
 * - `ended`: nobody is signed in, or the provider has ended it; signing in again helps
 * - `refused`: the provider said no, and will again
 * - `unavailable`: the provider or the machine cannot at the moment; nobody was signed out
 * - `storage`: the file with the tokens cannot be used
 * - `cancelled`: the person stopped it, or did not come back from the browser
 */
export type SignInFailure = 'usage' | 'ended' | 'refused' | 'unavailable' | 'storage' | 'cancelled';

/** As sysexits.h has them; 130 is what a shell shows after Ctrl-C. */
const exitCodes: Readonly<Record<SignInFailure, number>> = {
  usage: 64,
  ended: 77,
  refused: 77,
  unavailable: 69,
  storage: 73,
  cancelled: 130,
};

export class SignInError extends Error {
  readonly kind: SignInFailure;

  constructor(kind: SignInFailure, message: string) {
    super(message);
    this.name = 'SignInError';
    this.kind = kind;
  }

  get exitCode(): number {
    return exitCodes[this.kind];
  }
}

const quotedMax = 200;

/** Text of somebody else's, on one line: no control or bidirectional characters, not endless. */
export function quoted(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return plain.length > quotedMax ? `${plain.slice(0, quotedMax)}...` : plain;
}
