// Where accounts are disabled: links of the organisation's own, with the user's name put in.

import type { JSX } from 'preact';
import type { AccountLink } from '../api/types.ts';
import { Field } from './form.tsx';

type LinksProps = {
  readonly links: readonly AccountLink[];
  readonly onChange: (links: readonly AccountLink[]) => void;
};

const linksMax = 5;
/** Their pages of one user go by an id of their own, not by the name (docs/analyst.md). */
const presets: readonly AccountLink[] = [
  {
    name: 'Microsoft Entra: users',
    url: 'https://entra.microsoft.com/#view/Microsoft_AAD_UsersAndTenants/UserManagementMenuBlade',
  },
  { name: 'Okta: people', url: 'https://YOUR-ORG-admin.okta.com/admin/users' },
  { name: 'Active Directory form', url: 'https://tools.example.com/disable?account={account}' },
];

export function LinksEditor({ links, onChange }: LinksProps): JSX.Element {
  return (
    <>
      <p class="note">
        Shown first beside a detection: a session that is ended comes back by its password.{' '}
        <code>{'{user}'}</code> and <code>{'{account}'}</code> stand for the name, with and without
        its domain.
      </p>
      {links.map((link, at) => (
        // The position names a row: names change while they are typed.
        <fieldset key={`${at}`} class="row-form card">
          <legend class="unseen">Link {link.name}</legend>
          <Field
            label="Name"
            value={link.name}
            isRequired
            onInput={(name) => onChange(links.with(at, { ...link, name }))}
          />
          <Field
            label="Address"
            value={link.url}
            placeholder="https://directory.example.com/users/{user}"
            isRequired
            onInput={(url) => onChange(links.with(at, { ...link, url: url.trim() }))}
          />
          <p class="actions">
            <button type="button" onClick={() => onChange(links.filter((_, i) => i !== at))}>
              Remove
            </button>
          </p>
        </fieldset>
      ))}
      {links.length < linksMax ? (
        <p class="actions">
          {[...presets, { name: '', url: '' }].map((preset) => (
            <button key={preset.name} type="button" onClick={() => onChange([...links, preset])}>
              {preset.name === '' ? 'Another' : preset.name}
            </button>
          ))}
        </p>
      ) : null}
    </>
  );
}
