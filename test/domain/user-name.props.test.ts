import fc from 'fast-check';
import type { DomainSettings } from '../../domain/settings.ts';
import {
  escapeKeyPart,
  foldText,
  parseUserName,
  unescapeKeyPart,
  userKey,
} from '../../domain/user-name.ts';
import { anyCharacter } from '../support/any-character.ts';

const text = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 24 }),
  // Rich in what separates the parts of a name.
  fc.string({
    unit: fc.constantFrom(...'aAbB\\@$/()[]#.=- \u0000\u00c4\u0308\u03a3'),
    maxLength: 12,
  }),
);
const rawName = fc.oneof(
  text.filter((raw) => raw !== ''),
  fc
    .tuple(fc.constantFrom('CORP\\', 'host/', 'CN=', ''), text)
    .map(([head, tail]) => `${head}${tail}x`),
);
const settings = fc.constantFrom<DomainSettings>(
  { netbios: {} },
  { netbios: { CORP: 'corp.example' } },
  { netbios: { corp: 'corp.example', A: 'a.example' }, defaultDomain: 'Corp.Example' },
);

describe('a user name', () => {
  it('always has a form, keeps its text, and its key is never empty', () => {
    fc.assert(
      fc.property(rawName, settings, (raw, domains) => {
        const name = parseUserName(raw);
        expect(name.raw).toBe(raw);
        expect(name.account).not.toBe('');
        expect(userKey(name, domains)).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });

  it('has the same key in any case and composition', () => {
    fc.assert(
      fc.property(rawName, settings, (raw, domains) => {
        const folded = foldText(raw);
        fc.pre(folded !== '');
        const key = userKey(parseUserName(raw), domains);
        expect(foldText(key)).toBe(key);
        expect(userKey(parseUserName(folded), domains)).toBe(key);
      }),
      { numRuns: 500 },
    );
  });

  it('has a key that, read as a name again, is its own key', () => {
    fc.assert(
      fc.property(rawName, (raw) => {
        const key = userKey(parseUserName(raw), { netbios: {} });
        expect(userKey(parseUserName(key), { netbios: {} })).toBe(key);
      }),
      { numRuns: 500 },
    );
  });

  it('shares its key with no other account of the same domain', () => {
    // What tidying leaves out (test/domain/names.props.test.ts) tells no accounts apart.
    const account = text.map((t) => `u${t.replace(/[\\@$/()[\]=\0\t-\r ]/g, '')}u`);
    const spellings = fc.constantFrom(
      (a: string) => a,
      (a: string) => `CORP\\${a}`,
      (a: string) => `${a}@corp.example`,
    );
    fc.assert(
      fc.property(account, account, spellings, settings, (a, b, spell, domains) => {
        fc.pre(foldText(a) !== foldText(b));
        const keys = [a, b].map((name) => userKey(parseUserName(spell(name)), domains));
        expect(keys[0]).not.toBe(keys[1]);
      }),
    );
  });
});

describe('an escaped key part', () => {
  it('holds no separator and comes back as it was', () => {
    fc.assert(
      fc.property(text, (part) => {
        expect(escapeKeyPart(part)).not.toContain('#');
        expect(unescapeKeyPart(escapeKeyPart(part))).toBe(part);
      }),
    );
  });
});
