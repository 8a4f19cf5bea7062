// Spellings of one account that gateways, clients and exports send have one key; accounts that a
// directory may keep apart have two. Decisions 0020 and 0022; docs/records.md.

import fc from 'fast-check';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import type { DomainSettings } from '../../domain/settings.ts';
import {
  currentKey,
  foldText,
  formerUserKey,
  parseUserName,
  userKey,
} from '../../domain/user-name.ts';
import { runs } from '../support/property-runs.ts';

const members = { numRuns: runs(2000) };

const contoso: DomainSettings = {
  netbios: { CONTOSO: 'contoso.com', Corp: 'corp.example' },
  defaultDomain: 'contoso.com',
};
const keyOf = (raw: string, settings = contoso): string => userKey(parseUserName(raw), settings);

const pad = fc
  .array(fc.constantFrom('\0', ' ', '\t', '\r', '\n'), { maxLength: 4 })
  .map((parts) => parts.join(''));
const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzäöüéñç0123456789'.split(''));
const word = fc
  .array(letter, { minLength: 1, maxLength: 9 })
  .map((letters) => `u${letters.join('')}`);
/** An account of one or two words, with one blank or mark between. */
const account = fc
  .tuple(word, fc.constantFrom(' ', '.', '-', '_', "'"), fc.option(word, { nil: '' }))
  .map(([first, mark, second]) => (second === '' ? first : `${first}${mark}${second}`));

const toFullWidth = (text: string): string =>
  text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));

/** How one account of contoso.com is sent. */
const forms: readonly (readonly [string, (account: string) => string])[] = [
  ['plain', (a) => a],
  ['NetBIOS', (a) => `CONTOSO\\${a}`],
  ['NetBIOS, lower case', (a) => `contoso\\${a}`],
  ['doubled backslash', (a) => `CONTOSO\\\\${a}`],
  ['four backslashes', (a) => `CONTOSO\\\\\\\\${a}`],
  ['slash', (a) => `CONTOSO/${a}`],
  ['slash, lower case', (a) => `contoso/${a}`],
  ['UPN', (a) => `${a}@contoso.com`],
  ['UPN of the NetBIOS name', (a) => `${a}@CONTOSO`],
  ['UPN with the dot of the root', (a) => `${a}@contoso.com.`],
  ['DNS name before a backslash', (a) => `contoso.com\\${a}`],
  ['the same with the dot of the root', (a) => `Contoso.com.\\${a}`],
  ['AzureAD and UPN', (a) => `AzureAD\\${a}@contoso.com`],
  ['AzureAD and UPN, doubled', (a) => `AZUREAD\\\\${a}@contoso.com`],
  ['NetBIOS and UPN', (a) => `CONTOSO\\${a}@contoso.com`],
  ['another prefix and UPN', (a) => `LAPTOP7\\${a}@contoso.com`],
  ['slash and UPN', (a) => `CONTOSO/${a}@contoso.com`],
  ['blanks around the separator', (a) => `CONTOSO \\ ${a}`],
  ['blanks around the at sign', (a) => `${a} @ contoso.com`],
  ['a known domain behind a UPN', (a) => `${a}@contoso.com@contoso.com`],
  ['nothing before the backslash', (a) => `\\${a}`],
  ['IVE', (a) => `${a}(Staff)[VPN]`],
  ['IVE of a UPN', (a) => `CONTOSO\\${a}@contoso.com(Staff)[]`],
];

const change = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => text.normalize('NFD'),
  (text) => text.replaceAll(' ', '   '),
  (text) => text.replaceAll(' ', ' \t '),
  toFullWidth,
  (text) => text.replace(/[a-z]/, toFullWidth),
);

describe('one account', () => {
  it.each(forms)('has one key: %s', (_, form) => {
    fc.assert(
      fc.property(account, change, pad, pad, (name, spell, before, after) => {
        // A role ends in a bracket, which the padding would hide from its reader.
        const sent = `${before}${spell(form(name))}${after}`;
        expect([sent, keyOf(sent)]).toEqual([sent, `${foldText(name)}@contoso.com`]);
      }),
      members,
    );
  });

  it('has it whoever read the name: a relay of before sends the parts as it saw them', () => {
    const form = fc.constantFrom(...forms.map(([, make]) => make));
    fc.assert(
      fc.property(account, form, pad, (name, make, after) => {
        const raw = `${make(name)}${after}`;
        const before: AccountingEvent['user'] = { raw, account: raw, form: 'plain' };
        expect(userKey(before, contoso)).toBe(keyOf(raw));
      }),
      members,
    );
  });

  it('is found under the key of before from the same text', () => {
    const former = (raw: string): string => formerUserKey(parseUserName(raw), contoso);
    expect(former('alice@contoso.com\0')).toBe('alice@contoso.com\0');
    expect(former('AzureAD\\Alice@contoso.com')).toBe('azuread\\alice@contoso.com');
    expect(former('CONTOSO\\alice@contoso.com')).toBe('alice@contoso.com@contoso.com');
    expect(former('CONTOSO\\\\alice')).toBe('\\alice@contoso.com');
    expect(former('CONTOSO/alice')).toBe('contoso/alice@contoso.com');
    expect(former('CONTOSO\\Alice')).toBe(keyOf('alice'));
  });

  it('is told by the key of before alone, and its own key by itself', () => {
    // What stood behind a role was no role then: such a key tells less than the name did.
    const plainly = forms.filter(([called]) => !called.startsWith('IVE'));
    const form = fc.constantFrom(...plainly.map(([, make]) => make));
    fc.assert(
      fc.property(account, form, pad, (name, make, after) => {
        const sent = `${make(name)}${after}`;
        const key = keyOf(sent);
        expect(currentKey(formerUserKey(parseUserName(sent), contoso), contoso)).toBe(key);
        expect(currentKey(key, contoso)).toBe(key);
      }),
      members,
    );
  });

  it('stays where it is when the settings alone have changed', () => {
    expect(currentKey('alice', contoso)).toBe('alice');
    expect(currentKey('contoso\\alice', contoso)).toBe('contoso\\alice');
  });
});

describe('two accounts', () => {
  const apart: readonly (readonly [string, string, string])[] = [
    ['an accent', 'josé', 'jose'],
    ['a stroke', 'łukasz', 'lukasz'],
    ['a ligature', 'ﬁn', 'fin'],
    ['a sharp s', 'straße', 'strasse'],
    ['another script', 'аlice', 'alice'],
    ['a zero width space', 'ali\u200bce', 'alice'],
    ['a direction mark', '\u202ealice', 'alice'],
    ['a soft hyphen', 'ali\u00adce', 'alice'],
    ['a blank inside', 'al ice', 'alice'],
    ['a NUL inside', 'ali\0ce', 'alice'],
    ['a no-break space at the end', 'alice\u00a0', 'alice'],
    ['an ideographic space at the end', 'alice\u3000', 'alice'],
    ['a half-width kana', '\uff76', '\u30ab'],
    ['a percent sign', 'alice%40', 'alice@'],
    ['an escaped dot', 'alice%2Ecooper', 'alice.cooper'],
    ['quotes', '"alice"', 'alice'],
    ['a dot at the end of the account', 'alice.', 'alice'],
    ['a slash of no domain', 'OTHER/alice', 'OTHER\\alice'],
    ['a host', 'host/alice', 'alice'],
    ['another domain', 'OTHER\\alice', 'alice'],
    ['another UPN behind a prefix', 'CONTOSO\\alice@other.example', 'alice'],
    ['a certificate', '/C=DE/CN=alice', 'alice'],
    ['a superscript', 'alice²', 'alice2'],
    ['a circled letter', 'ⓐlice', 'alice'],
  ];
  it.each(apart)('stay two: %s', (_, a, b) => {
    for (const settings of [contoso, { netbios: {} }]) {
      expect(keyOf(a, settings)).not.toBe(keyOf(b, settings));
    }
  });

  it('stay two however both are sent', () => {
    const form = fc.constantFrom(...forms.map(([, make]) => make));
    fc.assert(
      fc.property(account, account, form, form, change, pad, (a, b, one, other, spell, after) => {
        fc.pre(foldText(a) !== foldText(b));
        const second = `${spell(other(b))}${after}`;
        expect([second, keyOf(one(a)) === keyOf(second)]).toEqual([second, false]);
      }),
      members,
    );
  });
});

describe('a key', () => {
  it('is its own key, of whatever text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 24 }),
      fc.string({
        unit: fc.constantFrom(...'aAB\\@$/()[]#.=- \0\t\u00c4\u0308\u03a3\uff3c\uff20\uff0f'),
        maxLength: 14,
      }),
      fc
        .tuple(fc.constantFrom(...forms.map(([, make]) => make)), account, pad)
        .map(([make, name, after]) => `${make(name)}${after}`),
    );
    fc.assert(
      fc.property(text, (raw) => {
        fc.pre(raw !== '');
        const key = keyOf(raw, { netbios: {} });
        expect([raw, keyOf(key, { netbios: {} })]).toEqual([raw, key]);
        expect(key).not.toBe('');
      }),
      { numRuns: runs(20_000) },
    );
  });
});
