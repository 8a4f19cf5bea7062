// An address and a network as they are shown anywhere: links to who else came from there.

import type { JSX } from 'preact';
import { addressHref, networkHref } from '../api/paths.ts';
import { Code, Untrusted } from '../text/text.tsx';

export function AddressLink({ address }: { readonly address: string }): JSX.Element {
  return (
    <a class="origin" href={addressHref(address)}>
      <Code text={address} />
    </a>
  );
}

type NetworkProps = {
  readonly network: { readonly asn: number; readonly organization: string };
};

/** A network without a number has no page. */
export function NetworkLink({ network }: NetworkProps): JSX.Element {
  const { asn, organization } = network;
  const name = <Untrusted text={organization === '' ? 'unknown' : organization} />;
  return asn === 0 ? (
    name
  ) : (
    <a class="origin" href={networkHref(asn)}>
      {name}
    </a>
  );
}
