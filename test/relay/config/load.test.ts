import { generateKeyPairSync } from 'node:crypto';
import path from 'node:path';
import fc from 'fast-check';
import { findingText } from '../../../relay/config/findings.ts';
import { parseConfigJson } from '../../../relay/config/json.ts';
import { loadConfig } from '../../../relay/config/load.ts';

type File = string | { readonly text: string; readonly mode: number };

const strong = 'sixteen-or-more-characters';
const folder = path.resolve('/etc/wherefrom');
const configFile = path.join(folder, 'relay.json');

/** Loads `relay.json` from a machine that has these files and variables. */
function load(text: string, files: Record<string, File> = {}, env: Record<string, string> = {}) {
  const all = new Map<string, File>([
    [configFile, text],
    ...Object.entries(files).map(([name, file]) => [path.join(folder, name), file] as const),
  ]);
  const { config, findings } = loadConfig(configFile, {
    env,
    readFile(name) {
      const file = all.get(name);
      if (file === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
      const { text, mode } = typeof file === 'string' ? { text: file, mode: 0o600 } : file;
      return { octets: Buffer.from(text), mode };
    },
  });
  return { config, texts: findings.map((finding) => findingText(finding)), findings };
}

const nameShape = '1 to 63 letters, digits, "-", "_" or ".", not ending in ".next"';
const blockShape = 'an address or a CIDR block, for example "10.0.0.1" or "10.1.0.0/16"';
const weakAdvice = 'use 16 random ones or set allowWeakSecret';

const minimal = `{
  "gateways": [{ "name": "asa", "address": "10.0.0.1", "secretEnv": "ASA" }],
  "dataDir": "/var/lib/wherefrom"
}`;

describe('a configuration file', () => {
  it('may have comments and trailing commas, and gets every default', () => {
    const { config, texts } = load(
      `// The relay in Lyon.
      {
        "gateways": [
          {
            "name": "asa", "secretFile": "asa.secret",
            "addresses": ["10.0.0.1", "2001:DB8::0/32",],
          },
        ], /* more to come */
        "dataDir": "state",
      }`,
      { 'asa.secret': `${strong}\n` },
    );

    expect(texts).toEqual([]);
    expect(config).toEqual({
      listen: [
        { address: '0.0.0.0', port: 1813 },
        { address: '::', port: 1813, isOptional: true },
      ],
      gateways: [
        {
          name: 'asa',
          addresses: ['10.0.0.1', '2001:db8::/32'],
          secrets: [Buffer.from(strong)],
        },
      ],
      dataDir: path.join(folder, 'state'),
      adminSocket: path.join(folder, 'state/relay.sock'),
      journalMaxMiB: 4096,
      keepShippedHours: 24,
      flushAfterMs: 2000,
      logLevel: 'info',
    });
  });

  it('takes secrets from the common file, the next one beside the current one', () => {
    const { config, texts } = load(
      `{ "gateways": [{ "name": "asa", "address": "10.0.0.1" }], "dataDir": "/d" }`,
      { 'gateway-secrets': `# ours\nasa = ${strong}#1 \n\nasa.next= ${strong}=2\r\n` },
    );

    expect(texts).toEqual([]);
    expect(config?.gateways[0]?.secrets.map(String)).toEqual([`${strong}#1`, `${strong}=2`]);
  });

  it('says where a gateway keeps its attributes', () => {
    const { config, texts } = load(
      `{
        "gateways": [{ "name": "fw", "address": "10.0.0.1", "secretEnv": "ASA",
          "vendor": "check-point",
          "overrides": { "clientAddress": ["2620/9:src=", "31"], "isVpn": true } }],
        "dataDir": "/d",
        "adminSocket": "/run/wherefrom/relay.sock",
      }`,
      {},
      { ASA: strong },
    );

    expect(texts).toEqual([]);
    expect(config?.adminSocket).toBe('/run/wherefrom/relay.sock');
    expect(config?.gateways[0]?.overrides).toEqual({
      clientAddress: [{ vendor: 2620, type: 9, prefix: 'src=' }, { type: 31 }],
      isVpn: true,
    });
  });

  it('is told where an attribute of an override is wrong, and that passwords are none', () => {
    const { config, texts } = load(
      `{ "dataDir": "/d", "gateways": [{
  "name": "fw", "address": "10.0.0.1", "secretEnv": "ASA",
  "overrides": {
    "clientAdress": ["31"],
    "hostname": ["User-Name", "2"],
    "deviceMac": [],
    "isVpn": "yes"
  } }] }`,
      {},
      { ASA: strong },
    );

    const at = (place: string) => `${path.join(folder, 'relay.json')}:${place}`;
    const expected =
      'expects an attribute by number: "31", "12356/2" (vendor/number) or "9/1:ip:source-ip=" ' +
      '(with how its text begins); no password';
    expect(config).toBeUndefined();
    expect(texts).toEqual([
      at('4:5 gateways[0].overrides.clientAdress: unknown key; did you mean "clientAddress"?'),
      at(`5:18 gateways[0].overrides.hostname[0]: ${expected}`),
      at(`5:31 gateways[0].overrides.hostname[1]: ${expected}`),
      at('6:18 gateways[0].overrides.deviceMac: expects at least one attribute'),
      at('7:14 gateways[0].overrides.isVpn: expects true or false'),
    ]);
  });

  it('reads the whole of a cloud connection', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const { config, texts } = load(
      `{
        "gateways": [{ "name": "asa", "address": "10.0.0.1", "secretEnv": "ASA" }],
        "dataDir": "/d",
        "cloud": { "url": "https://ingest.example", "relayId": "lyon-1", "keyFile": "key.pem",
          "caFile": "ca.pem", "proxy": "http://proxy.example:3128" },
        "metrics": {},
      }`,
      {
        'key.pem': String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
        'ca.pem': '-----BEGIN CERTIFICATE-----\n',
      },
      { ASA: strong },
    );

    expect(texts).toEqual([]);
    expect(config?.cloud).toMatchObject({
      relayId: 'lyon-1',
      proxyUrl: 'http://proxy.example:3128',
    });
    expect(config?.metrics).toEqual({ address: '127.0.0.1', port: 9464 });
  });
});

describe('a wrong configuration file', () => {
  it('gets all mistakes at once, each with line, column, path and what is expected', () => {
    const { config, texts } = load(
      `{
  "listen": [{ "adress": "0.0.0.0", "port": 99999 }],
  "gateways": [
    { "name": "asa lyon", "address": "10.0.0.1" },
    { "name": "rras", "address": "10.0.0.300", "secretEnv": "RRAS" },
    { "name": "f5", "address": "10.0.0.0/8", "secretEnv": "F5" },
    { "name": "f5", "address": "10.0.0.5/8", "secretEnv": "F5" },
    { "name": "nps", "secretFile": "nps.secret" },
  ],
  "journalMaxMib": 100,
  "flushAfterMs": "2s",
}`,
      {},
      { F5: 'short' },
    );

    expect(config).toBeUndefined();
    expect(texts.map((text) => text.slice(configFile.length))).toEqual([
      ':2:16 listen[0].adress: unknown key; did you mean "address"?',
      ':10:3 journalMaxMib: unknown key; did you mean "journalMaxMiB"?',
      ':2:14 listen[0].address: is missing',
      ':2:45 listen[0].port: expects a port from 1 to 65535',
      `:4:15 gateways[0].name: expects ${nameShape}`,
      `:5:34 gateways[1].address: expects ${blockShape}`,
      ':7:32 gateways[3].address: has bits set behind its prefix: write its first address',
      ':1:1 dataDir: is missing',
      ':11:19 flushAfterMs: expects milliseconds from 50 to 60000',
      `:6:5 gateways[2]: the secret in $F5 has 5 characters: ${weakAdvice}`,
      ':8:5 gateways[4]: has no address: packets are told apart by where they come from',
      `:8:5 gateways[4]: ${path.join(folder, 'nps.secret')} cannot be read (ENOENT)`,
    ]);
  });

  it.each([
    ['a missing comma', '{\n  "a": 1\n  "b": 2 }', ':3:3 expected , or }'],
    ['a text without end', '{ "a": "b\n }', ':1:8 this text does not end on its line'],
    ['a key twice', '{ "a": 1, "a": 2 }', ':1:11 this key stands here twice'],
    ['a bare word', '{ "a": yes }', ':1:8 expected a value; texts stand in double quotes'],
    ['something behind the end', '{} {}', ':1:4 nothing may follow the document'],
    ['nothing', '', ':1:1 expected a value; texts stand in double quotes'],
    ['a list', '[]', ':1:1 expects an object { ... }'],
    ['a Windows path', '{ "a": "C:\\x" }', ':1:8 bad escape or control character in this text'],
  ])('shows the place of %s', (_, text, expected) => {
    expect(load(text).texts.join('\n')).toContain(`${configFile}${expected}`);
  });

  it('tells gateways apart: names, addresses, secrets', () => {
    const { texts } = load(
      `{ "dataDir": "/d", "gateways": [
  { "name": "a", "address": "10.0.0.1", "secretEnv": "S" },
  { "name": "a", "address": "10.0.0.2", "secretEnv": "T" },
  { "name": "b", "addresses": ["::ffff:10.0.0.1"], "secretEnv": "S" },
] }`,
      {},
      { S: strong, T: `${strong}-other` },
    );

    expect(texts.map((text) => text.slice(configFile.length))).toEqual([
      ':3:13 gateways[1].name: another gateway is called a',
      ':4:3 gateways[2]: 10.0.0.1 belongs to gateway a already',
      ':2:3 warning: gateways[0]: a, b share a secret: give each its own',
    ]);
  });

  it('says once that gateways share a secret, however many do', () => {
    const gateways = [1, 2, 3, 4, 5].map((n) => ({
      name: `g${n}`,
      address: `10.0.0.${n}`,
      secretEnv: n === 4 ? 'T' : 'S',
    }));
    const { texts } = load(
      JSON.stringify({ dataDir: '/d', gateways }),
      {},
      { S: strong, T: `${strong}-other` },
    );

    expect(texts).toEqual([expect.stringContaining('g1, g2, g3, g5 share a secret')]);
  });

  it.each([
    ['rras', 'microsoft-rras'],
    ['asa', 'cisco-asa'],
    ['f5', 'f5-apm'],
    ['microsoft-rras', 'microsoft-rras'],
  ])('understands %s as a vendor and calls it %s', (vendor, expected) => {
    const gateway = { name: 'g', address: '10.0.0.1', vendor, secretEnv: 'S' };
    const { config } = load(
      JSON.stringify({ dataDir: '/d', gateways: [gateway] }),
      {},
      { S: strong },
    );

    expect(config?.gateways[0]?.vendor).toBe(expected);
  });

  it('says what to write where there is no file', () => {
    const absent = (): never => {
      throw Object.assign(new Error('no'), { code: 'ENOENT' });
    };
    const { findings } = loadConfig('/nowhere/relay.json', { env: {}, readFile: absent });
    const example = /^ {2}\{ "gateways".*\}$/m.exec(findings[0]?.message ?? '')?.[0] ?? '';

    expect(findings[0]?.message).toMatch(/is not there.*enrol/s);
    const { config } = load(example, { 'gateway-secrets': `vpn-gw-1 = ${strong}` });
    expect(config?.gateways.map(({ name }) => name)).toEqual(['vpn-gw-1']);
  });

  it.each([
    ['an empty secret', { ASA: '' }, 'the secret in $ASA is empty'],
    ['no secret', {}, 'environment variable ASA is not set'],
    ['a weak secret', { ASA: 'testing123' }, 'has 10 characters'],
    ['an endless secret', { ASA: 'x'.repeat(257) }, 'longer than 256 octets'],
  ])('refuses %s', (_, env, message) => {
    const { config, texts } = load(minimal, {}, env as Record<string, string>);

    expect(config).toBeUndefined();
    expect(texts.join('\n')).toContain(message);
  });

  it('takes a weak secret only where that is allowed by name', () => {
    const allowed = minimal.replace('"ASA"', '"ASA", "allowWeakSecret": true');

    expect(load(allowed, {}, { ASA: 'testing123' }).config).toBeDefined();
  });

  it('warns of secrets that others can read and of lines for nobody', () => {
    const { config, texts } = load(
      minimal.replace('"secretEnv": "ASA"', '"secretFile": "asa.secret"'),
      {
        'asa.secret': { text: strong, mode: 0o644 },
        'gateway-secrets': `asa-lyn = ${strong}\n`,
      },
    );

    expect(config).toBeDefined();
    expect(texts).toEqual([
      `${path.join(folder, 'gateway-secrets')} warning: no gateway is called asa-lyn`,
      expect.stringContaining('can be read by others: chmod 600'),
    ]);
  });

  it('refuses to send to the cloud in the clear, or with a key that cannot seal', () => {
    const cloud = (url: string): string =>
      minimal.replace(
        '"dataDir"',
        `"cloud": { "url": "${url}", "relayId": "r", "keyFile": "k" }, $&`,
      );
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const pem = String(rsa.export({ type: 'pkcs8', format: 'pem' }));

    expect(load(cloud('http://ingest.example'), { k: pem }, { ASA: strong }).texts).toEqual([
      expect.stringContaining('cloud.url: expects an https:// URL'),
    ]);
    expect(load(cloud('https://ingest.example'), { k: pem }, { ASA: strong }).texts).toEqual([
      expect.stringContaining('cloud.keyFile: expects a PEM file with an Ed25519 or P-256'),
    ]);
  });

  it('never shows a secret, whatever is wrong with it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 3, maxLength: 40 }), (secret) => {
        const marked = `zqx${secret}`;
        const { texts } = load(minimal, { 'gateway-secrets': `asa ${marked}\n` }, { ASA: marked });
        return !texts.join('\n').includes('zqx');
      }),
    );
  });
});

describe('the reader of configuration JSON', () => {
  it('reads what JSON.parse reads, the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value, null, 2);
        const parsed = parseConfigJson(text);
        expect(parsed).toMatchObject({ ok: true });
        if (parsed.ok) expect(JSON.stringify(parsed.value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('never throws and never hangs on any text', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '//',
      '/*',
      '\\',
      'a',
      '1',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        parseConfigJson(pieces.join(''));
      }),
    );
    expect(parseConfigJson('['.repeat(100_000)).ok).toBe(false);
  });
});
