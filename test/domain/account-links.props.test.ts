// Links to where accounts are disabled: whatever a user is called, the address is the page that the
// settings name, with the name in its place, as a browser reads it.

import fc from 'fast-check';
import { accountLink, linkFault } from '../../domain/account-links.ts';
import { checkSettings } from '../../lambdas/control/settings-model.ts';
import { anyCharacter } from '../support/any-character.ts';

const urls = [
  'https://directory.example/users/{user}',
  'https://directory.example/users/{user}/disable?by=soc#top',
  'https://directory.example:8443/find?q={user}&account={account}',
  'https://directory.example/#view/users/{account}',
  'https://directory.example/{account}.json',
];
const hostile = [
  '..',
  '.',
  '../../logout',
  '%2e%2e',
  'a/b',
  'a\\b',
  '@evil.example',
  '//evil.example',
  'x?next=https://evil.example',
  'x#y&z=1',
  '{account}',
  '$&',
  'a\'b"<c>',
  'a\tb\nc',
  'CONTOSO\\élan',
  '\ud800',
  'wherefrom1user',
];
const names = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: anyCharacter, minLength: 1, maxLength: 60 }),
);

it('leads to the page of the settings with the name in its place, or nowhere', () => {
  fc.assert(
    fc.property(fc.constantFrom(...urls), names, (url, user) => {
      const link = accountLink({ name: 'x', url }, user);
      if (!link) {
        // Only where the name is no text, or would lead to another page.
        expect(/\p{Cs}/u.test(user) || /^\.{1,2}(@|$)|^\.$/.test(user)).toBe(true);
        return;
      }
      const found = new URL(link.url);
      const plain = new URL(url.replace(/\{(user|account)\}/g, 'plain'));
      expect([found.origin, found.username]).toEqual([plain.origin, '']);
      expect(found.pathname.split('/').length).toBe(plain.pathname.split('/').length);
      expect([...found.searchParams.keys()]).toEqual([...plain.searchParams.keys()]);
      if (url.includes('q=')) expect(found.searchParams.get('q')).toBe(user);
      if (url.endsWith('/{user}')) {
        expect(decodeURIComponent(found.pathname.split('/').at(-1) ?? '')).toBe(user);
      }
    }),
  );
});

it('fills in the name and the account', () => {
  const link = { name: 'Directory', url: 'https://directory.example/{user}?a={account}' };

  expect(accountLink(link, 'alice@contoso.com')).toEqual({
    name: 'Directory',
    url: 'https://directory.example/alice%40contoso.com?a=alice',
  });
  const page = { name: 'Users', url: 'https://directory.example/users' };
  expect(accountLink(page, '..')).toEqual(page);
});

it.each([
  ['http://directory.example/{user}', /https/],
  ['javascript:alert(1)', /https/],
  ['https://directory.example/a b', /blanks/],
  ['https://{user}.example/', /behind the host/],
  ['https://directory.example:{user}/', /https/],
  ['https://me:secret@directory.example/', /password/],
  ['https://directory.example/{name}', /\{user\}/],
  [`https://directory.example/${'a'.repeat(500)}`, /https/],
])('refuses %s', (url, why) => {
  const settings = { enabled: true, gateways: [], domains: { netbios: {} } };
  const checked = checkSettings({ ...settings, accountLinks: [{ name: 'x', url }] });

  expect(linkFault(url)).toMatch(why);
  expect(checked).toMatchObject({
    mistakes: [{ pointer: '/accountLinks/0/url', detail: linkFault(url) }],
  });
  expect(accountLink({ name: 'x', url }, 'alice')).toBeUndefined();
});

it('is taken by the settings where it is right', () => {
  const settings = { enabled: true, gateways: [], domains: { netbios: {} } };
  for (const url of urls) {
    const sent = { ...settings, accountLinks: [{ name: 'Directory', url }] };
    expect(checkSettings(sent)).toEqual({ settings: sent });
  }
});
