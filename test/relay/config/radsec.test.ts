// What the configuration says of RadSec: every mistake at once, in the administrator's words, and
// certificates that are looked at before anything uses them.

import { generateKeyPairSync } from 'node:crypto';
import { utimesSync, writeFileSync } from 'node:fs';
import { readMaterial } from '../../../relay/config/certificates.ts';
import { findingText } from '../../../relay/config/findings.ts';
import { loadConfig } from '../../../relay/config/load.ts';
import { MaterialKeeper } from '../../../relay/radsec/material-keeper.ts';
import { TestAuthority } from '../../support/certificates.ts';
import { makeRadsecFiles } from '../../support/radsec-relay.ts';
import { readWithMode } from '../../support/read-with-mode.ts';
import { onStop, stopAll, temporaryFolder } from '../../support/running-relay.ts';
import { until } from '../../support/until.ts';

afterEach(stopAll);

function load(config: object, folder = temporaryFolder()) {
  const { files, write, authority } = makeRadsecFiles(folder);
  const names = {
    certificateFile: 'relay-certificate.pem',
    keyFile: 'relay-key.pem',
    caFile: 'gateways-ca.pem',
  };
  const gateways = [{ name: 'asa', radsec: { names: ['vpn1.example.net'] } }];
  const text = JSON.stringify({ gateways, radsec: names, dataDir: 'data', ...config });
  const file = write('relay.json', text);
  const { config: loaded, findings } = loadConfig(file, { readFile: readWithMode, env: {} });
  return { loaded, files, authority, texts: findings.map(findingText).join('\n') };
}

describe('the section radsec', () => {
  it('needs no more than three files, and a gateway in it neither secret nor address', () => {
    const { loaded, files, texts } = load({});

    expect(texts).toBe('');
    expect(loaded?.radsec).toEqual({
      ...files,
      listen: [
        { address: '0.0.0.0', port: 2083 },
        { address: '::', port: 2083, isOptional: true },
      ],
      versions: ['1.0', '1.1'],
      limits: {
        connectionsMax: 1000,
        connectionsPerSourceMax: 32,
        handshakesPerSecondMax: 5,
        idleSeconds: 7200,
      },
    });
    expect(loaded?.gateways).toEqual([
      {
        name: 'asa',
        addresses: [],
        secrets: [],
        radsec: { names: ['vpn1.example.net'], fingerprints: [] },
      },
    ]);
  });

  it('takes a fingerprint as programs print it', () => {
    const digits = 'ab'.repeat(32);
    const printed = `SHA256:${'AB:'.repeat(31)}AB`;
    const gateways = [{ name: 'asa', radsec: { fingerprints: [printed, digits] } }];

    const { loaded } = load({ gateways });

    expect(loaded?.gateways[0]?.radsec?.fingerprints).toEqual([digits, digits]);
  });

  it('still wants a secret of a gateway that may send over UDP', () => {
    const { loaded, texts } = load({ gateways: [{ name: 'asa', address: '10.0.0.1' }] });

    expect(loaded).toBeUndefined();
    expect(texts).toContain('gateways[0]: has no secret');
  });

  it('must be there when there is no UDP either', () => {
    const { texts } = load({ radsec: undefined, listen: [] });

    expect(texts).toContain(
      'listen: expects at least one address to listen on, or a section "radsec"',
    );
  });

  it('says every mistake at once, with its place', () => {
    const { texts } = load({
      gateways: [{ name: 'asa', radsec: { fingerprints: ['12:34'] } }],
      radsec: { certificateFile: 'none.pem', keyFile: 'none.pem', versions: ['1.2'], port: 1 },
    });

    expect(texts).toContain('gateways[0].radsec.fingerprints[0]: expects the SHA-256');
    expect(texts).toContain('radsec.caFile: is missing');
    expect(texts).toContain('radsec.versions[0]: expects "1.0" or "1.1"');
    expect(texts).toContain('radsec.port: unknown key');
  });

  it('is read with its certificates, and what is wrong with them is said without the key', () => {
    const folder = temporaryFolder();
    const { texts } = load({}, folder);
    const other = new TestAuthority().issue({ name: 'other' });
    const good = { radsec: { certificateFile: 'c.pem', keyFile: 'k.pem', caFile: 'a.pem' } };
    writeFileSync(`${folder}/c.pem`, other.certificate);
    writeFileSync(`${folder}/k.pem`, generatedKey(), { mode: 0o644 });
    writeFileSync(`${folder}/a.pem`, 'nothing of use');

    const wrong = load(good, folder).texts;

    expect(texts).toBe('');
    expect(wrong).toContain('radsec.keyFile: is not the key of the certificate');
    expect(wrong).toContain('can be read by others: chmod 600');
    expect(wrong).toContain('radsec.caFile: expects a PEM file with the authorities');
    expect(wrong).not.toContain('PRIVATE KEY');
  });
});

function generatedKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

describe('certificates', () => {
  const dayMs = 86_400_000;
  const at = (days: number) => ({ now: Date.now() + days * dayMs, isFips: false });

  it('are warned of a month before they expire, and refused after', () => {
    const { files } = makeRadsecFiles(temporaryFolder());

    expect(readMaterial(files, readWithMode, at(0)).findings).toEqual([]);
    expect(readMaterial(files, readWithMode, at(340)).findings).toMatchObject([
      {
        severity: 'warning',
        key: 'certificateFile',
        message: expect.stringContaining('expires on'),
      },
    ]);
    const late = readMaterial(files, readWithMode, at(366));
    expect(late.findings).toMatchObject([{ severity: 'error', key: 'certificateFile' }]);
    expect(late.material).toBeUndefined();
  });

  it('are taken over when their files change, without anybody asking', async () => {
    const folder = temporaryFolder();
    const { files, authority } = makeRadsecFiles(folder);
    let changes = 0;
    const keeper = new MaterialKeeper({
      files,
      isFips: false,
      readFile: readWithMode,
      now: Date.now,
      periodMs: 10,
      log: () => undefined,
      onChange: () => {
        changes += 1;
      },
    });
    onStop(() => keeper.close());
    const renewed = authority.issue({ name: 'renewed' });

    // The key first: until the certificate is there, too, they do not fit and the old ones stay.
    writeFileSync(files.keyFile, renewed.key);
    utimesSync(files.keyFile, 1, 1);
    await until(() => keeper.trouble !== undefined, 'the damaged file is noticed');
    expect(keeper.material?.certificate).not.toBe(renewed.certificate);
    writeFileSync(files.certificateFile, renewed.certificate);
    await until(() => changes === 1, 'the mended file is taken');

    expect(keeper.material?.certificate).toBe(renewed.certificate);
    expect(keeper.trouble).toBeUndefined();
  });
});
