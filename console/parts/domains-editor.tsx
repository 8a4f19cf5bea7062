// Which spellings of an account are one user: NetBIOS names beside DNS suffixes, and the suffix of
// plain names.

import type { JSX } from 'preact';
import type { Settings } from '../api/types.ts';
import { Field } from './form.tsx';

type Domains = Settings['domains'];
type DomainsProps = { readonly domains: Domains; readonly onChange: (domains: Domains) => void };

export function DomainsEditor({ domains, onChange }: DomainsProps): JSX.Element {
  const { netbios, defaultDomain = '' } = domains;
  const pairs = Object.entries(netbios);
  const put = (at: number, name: string, suffix: string): void => {
    const changed = pairs.map((pair, index) => (index === at ? [name, suffix] : pair));
    onChange({ ...domains, netbios: Object.fromEntries(changed) });
  };
  return (
    <>
      {pairs.map(([name, suffix], at) => (
        // The position names a row: names change while they are typed.
        <fieldset key={at} class="row-form">
          <legend class="unseen">Domain {name}</legend>
          <Field label="NetBIOS name" value={name} onInput={(text) => put(at, text, suffix)} />
          <Field label="DNS suffix" value={suffix} onInput={(text) => put(at, name, text)} />
          <button
            type="button"
            class="quiet"
            onClick={() => {
              const rest = pairs.filter((_, index) => index !== at);
              onChange({ ...domains, netbios: Object.fromEntries(rest) });
            }}
          >
            Remove <span class="unseen">domain {name}</span>
          </button>
        </fieldset>
      ))}
      <p class="actions">
        <button
          type="button"
          onClick={() => onChange({ ...domains, netbios: { ...netbios, [freeName(netbios)]: '' } })}
        >
          Add a domain
        </button>
      </p>
      <Field
        label="DNS suffix of plain names"
        hint="alice becomes alice@ this suffix; empty: plain names stay plain."
        value={defaultDomain}
        onInput={(text) => {
          const { defaultDomain: _, ...rest } = domains;
          onChange(text === '' ? rest : { ...rest, defaultDomain: text });
        }}
      />
    </>
  );
}

function freeName(netbios: Domains['netbios']): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'DOMAIN' : `DOMAIN${number}`;
    if (!(name in netbios)) return name;
  }
}
