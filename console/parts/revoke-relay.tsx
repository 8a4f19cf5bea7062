// Takes a relay out for good, after asking once.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { apiPaths } from '../api/paths.ts';
import { send } from '../api/send.ts';
import type { Problem, RevokedRelay } from '../api/types.ts';
import { ChangeNotice } from './form.tsx';

/** Why the role does not let one; undefined: it does. */
type RevokeProps = { readonly relayId: string; readonly refusal: string | undefined };

export function RevokeRelay({ relayId, refusal }: RevokeProps): JSX.Element {
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [advice, setAdvice] = useState('');
  const revoke = async (): Promise<void> => {
    const path = apiPaths.relay(relayId);
    const sent = await send<RevokedRelay>({ method: 'DELETE', path });
    setAsking(false);
    setProblem('problem' in sent ? sent.problem : undefined);
    setAdvice('problem' in sent ? '' : sent.data.advice);
  };
  return (
    <>
      {isAsking ? (
        <p class="actions">
          <span>Nothing more is taken from it within a minute. Revoke for good?</span>
          <button type="button" class="danger" onClick={() => void revoke().catch(reportError)}>
            Revoke {relayId}
          </button>
          <button type="button" onClick={() => setAsking(false)}>
            Keep it
          </button>
        </p>
      ) : (
        <p class="actions">
          <button
            type="button"
            class="quiet"
            disabled={refusal !== undefined}
            title={refusal}
            onClick={() => setAsking(true)}
          >
            Revoke … <span class="unseen">{relayId}</span>
          </button>
        </p>
      )}
      <ChangeNotice problem={problem} said={advice} />
    </>
  );
}
