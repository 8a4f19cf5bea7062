// The redirect URI of the identity provider: exchanges the code for a token and continues to the
// view that the user wanted.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { finishSignIn } from '../api/sign-in.ts';
import { navigate } from '../parts/router.ts';
import { useTitle } from '../text/title.ts';

export function SignedInPage({ address }: { readonly address: URL }): JSX.Element {
  useTitle('Signing in');
  const [state, setState] = useState<'working' | 'failed' | 'unavailable'>('working');
  const finish = (): void => {
    setState('working');
    finishSignIn(address)
      .then((end) => (typeof end === 'string' ? setState(end) : navigate(end.back)))
      .catch(() => setState('failed'));
  };
  useEffect(finish, [address.href]);
  return (
    <>
      <h1>Signing in</h1>
      {state === 'working' && <p role="status">One moment …</p>}
      {state === 'failed' && (
        <p role="alert">
          That did not work. <a href="/">Try again</a>; if it stays, ask whoever runs Wherefrom to
          look at your account.
        </p>
      )}
      {state === 'unavailable' && (
        <>
          <p role="alert">The sign-in service does not answer at the moment.</p>
          <button type="button" onClick={finish}>
            Try again
          </button>
        </>
      )}
    </>
  );
}
