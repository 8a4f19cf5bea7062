import type { UserForm } from '../../domain/accounting-event.ts';
import type { DomainSettings } from '../../domain/settings.ts';
import {
  escapeKeyPart,
  parseRealmRole,
  parseUserName,
  unescapeKeyPart,
  userKey,
} from '../../domain/user-name.ts';

const noDomains: DomainSettings = { netbios: {} };
const contoso: DomainSettings = {
  netbios: { CONTOSO: 'contoso.com', Corp: 'corp.example' },
  defaultDomain: 'contoso.com',
};
const keyOf = (raw: string, settings: DomainSettings): string =>
  userKey(parseUserName(raw), settings);

describe('parseUserName', () => {
  it.each<[string, UserForm, string, string | undefined]>([
    ['alice', 'plain', 'alice', undefined],
    ['alice@corp.example', 'upn', 'alice', 'corp.example'],
    ['a@b@corp.example', 'upn', 'a@b', 'corp.example'],
    ['CORP\\alice', 'netbios', 'alice', 'CORP'],
    ['CORP\\alice@x', 'netbios', 'alice@x', 'CORP'],
    ['host/pc17.corp.example', 'machine', 'pc17.corp.example', undefined],
    ['HOST/pc17@CORP.EXAMPLE', 'machine', 'pc17', 'CORP.EXAMPLE'],
    ['PC17$', 'machine', 'PC17$', undefined],
    ['CORP\\PC17$', 'machine', 'PC17$', 'CORP'],
    ['PC17$@CORP.EXAMPLE', 'machine', 'PC17$', 'CORP.EXAMPLE'],
    ['userx(Solution-IPv6)[SolutionIPv6]', 'realm-role', 'userx', undefined],
    ['CORP\\userx(Users)[A, B]', 'realm-role', 'userx', 'CORP'],
    [
      'CN=Alice,OU=IT,E=alice@corp.example',
      'plain',
      'CN=Alice,OU=IT,E=alice@corp.example',
      undefined,
    ],
    ['/C=DE/O=Corp/CN=a@b', 'plain', '/C=DE/O=Corp/CN=a@b', undefined],
    ['alice@', 'plain', 'alice@', undefined],
    ['@alice', 'plain', '@alice', undefined],
    ['\\alice', 'plain', '\\alice', undefined],
    ['CORP\\', 'plain', 'CORP\\', undefined],
    ['$', 'plain', '$', undefined],
    ['host/', 'plain', 'host/', undefined],
    ['(Realm)[Role]', 'plain', '(Realm)[Role]', undefined],
    ['', 'none', '', undefined],
  ])('reads "%s" as %s', (raw, form, account, domain) => {
    expect(parseUserName(raw)).toEqual({ raw, form, account, ...(domain ? { domain } : {}) });
  });

  it('keeps realm and role of an IVE apart, empty ones too', () => {
    expect(parseRealmRole('userx(Users)[Admins]')).toEqual({
      user: 'userx',
      realm: 'Users',
      role: 'Admins',
    });
    expect(parseRealmRole('System()[]')).toEqual({ user: 'System', realm: '', role: '' });
    expect(parseRealmRole('alice (Sales)')).toBeUndefined();
  });
});

describe('userKey', () => {
  it('stays readable where the settings map nothing', () => {
    expect(keyOf('Alice', noDomains)).toBe('alice');
    expect(keyOf('CONTOSO\\Alice', noDomains)).toBe('contoso\\alice');
    expect(keyOf('Alice@Contoso.com', noDomains)).toBe('alice@contoso.com');
    expect(keyOf('.\\Admin', noDomains)).toBe('.\\admin');
    expect(keyOf('', contoso)).toBe('');
  });

  it.each([
    'alice',
    'ALICE',
    'CONTOSO\\alice',
    'contoso\\Alice',
    'alice@contoso.com',
    'Alice@CONTOSO',
    'contoso.com\\alice',
    'alice(Staff)[VPN]',
    'CONTOSO\\alice(Staff)[]',
  ])('joins the spelling %s into one person', (raw) => {
    expect(keyOf(raw, contoso)).toBe('alice@contoso.com');
  });

  it('profiles a machine apart, under one key for both its names', () => {
    expect(keyOf('host/pc17.corp.example', contoso)).toBe('host/pc17.corp.example');
    expect(keyOf('CORP\\PC17$', contoso)).toBe('host/pc17.corp.example');
    expect(keyOf('PC17$', contoso)).toBe('host/pc17.contoso.com');
    expect(keyOf('PC17$', noDomains)).toBe('host/pc17');
    expect(keyOf('CORP\\PC17$', noDomains)).toBe('host/corp\\pc17');
    expect(keyOf('pc17', contoso)).not.toBe(keyOf('PC17$', contoso));
  });

  it('gives the default domain to plain names only', () => {
    expect(keyOf('OTHER\\alice', contoso)).toBe('other\\alice');
    expect(keyOf('alice@other.example', contoso)).toBe('alice@other.example');
    expect(keyOf('CN=Alice,OU=IT', contoso)).toBe('cn=alice,ou=it');
  });

  it('joins composed and decomposed letters, and nothing that merely looks alike', () => {
    expect(keyOf('d\u00e4vid', noDomains)).toBe(keyOf('DA\u0308VID', noDomains));
    expect(keyOf('stra\u00dfe', noDomains)).not.toBe(keyOf('strasse', noDomains));
    expect(keyOf('\ufb01n', noDomains)).not.toBe(keyOf('fin', noDomains));
    expect(keyOf('\u0430lice', noDomains)).not.toBe(keyOf('alice', noDomains));
    expect(keyOf('\u0130', noDomains)).not.toBe(keyOf('i', noDomains));
  });

  it('is not led astray by NetBIOS names that are words of the language', () => {
    expect(keyOf('constructor\\alice', contoso)).toBe('constructor\\alice');
    expect(keyOf('__proto__\\alice', contoso)).toBe('__proto__\\alice');
  });
});

describe('escapeKeyPart', () => {
  it('leaves names readable and keeps the separator out', () => {
    expect(escapeKeyPart('alice@contoso.com')).toBe('alice@contoso.com');
    expect(escapeKeyPart('contoso\\a#1')).toBe('contoso\\\\a\\-1');
    expect(unescapeKeyPart('contoso\\\\a\\-1')).toBe('contoso\\a#1');
  });
});
