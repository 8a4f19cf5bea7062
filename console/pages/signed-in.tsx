// Where the identity provider sends people back to: changes its code for a token and goes on to
// where the reader wanted to go.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { finishSignIn } from '../api/sign-in.ts';
import { navigate } from '../parts/router.ts';
import { useTitle } from '../text/title.ts';

export function SignedInPage({ address }: { readonly address: URL }): JSX.Element {
  useTitle('Signing in');
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    finishSignIn(address)
      .then((back) => (back === undefined ? setFailed(true) : navigate(back)))
      .catch(() => setFailed(true));
  }, [address.href]);
  return (
    <>
      <h1>Signing in</h1>
      {hasFailed ? (
        <p role="alert">
          That did not work. <a href="/">Try again</a>; if it stays, ask whoever runs Wherefrom to
          look at your account.
        </p>
      ) : (
        <p role="status">One moment …</p>
      )}
    </>
  );
}
