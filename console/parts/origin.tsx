// Where a session comes from: place, client address, network. One cell of a table of sessions.

import type { JSX } from 'preact';
import type { Activity } from '../api/types.ts';
import { Untrusted } from '../text/text.tsx';
import { AddressLink, NetworkLink } from './origin-links.tsx';

/** @param props the members of a session or activity */
export function Origin(
  props: Pick<Activity, 'location' | 'network' | 'clientAddress'>,
): JSX.Element {
  const { location, network, clientAddress } = props;
  return (
    <>
      <Untrusted text={location?.label ?? 'no client address'} />
      <span class="under">
        {clientAddress ? <AddressLink address={clientAddress} /> : null}
        {network ? (
          <>
            {' '}
            <NetworkLink network={network} />
          </>
        ) : null}
      </span>
    </>
  );
}
