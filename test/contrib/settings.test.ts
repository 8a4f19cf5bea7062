// The example of an organisation's settings is taken by the product's own checks.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSettings } from '../../lambdas/control/settings-model.ts';
import { readReplaySettings } from '../../local/replay/settings-file.ts';
import { vendorNames } from '../../relay/radius/dialects/choose.ts';

const path = join(import.meta.dirname, '../../contrib/settings/settings.json');
const text = readFileSync(path, 'utf8');
const example = JSON.parse(text);

describe('the example of settings', () => {
  it('is accepted as PUT /v1/settings would', () => {
    expect(checkSettings(example)).toEqual({ settings: example });
  });

  it('is accepted with a secret for each gateway, and holds none itself', () => {
    const gateways = example.gateways.map((gateway: object) => ({
      ...gateway,
      secret: 'a-secret-of-this-test-only',
    }));

    expect(checkSettings({ ...example, gateways })).toHaveProperty('settings');
    expect(text).not.toMatch(/secret/i);
  });

  it('is refused with one letter too many, so the check looks at it', () => {
    expect(checkSettings({ ...example, site: [] })).toHaveProperty('mistakes');
  });

  it('names vendors that relays know', () => {
    const vendors: string[] = example.gateways.flatMap(
      ({ vendor }: { vendor?: string }) => vendor ?? [],
    );

    expect(vendors.filter((vendor) => !vendorNames.includes(vendor))).toEqual([]);
  });

  it('is what replay takes, too', () => {
    const { settings, gateways, warnings } = readReplaySettings(text, 'settings.json');

    expect(warnings).toEqual([]);
    expect(gateways.map(({ name }) => name)).toContain('asa-lyon');
    expect(settings.sites).toHaveLength(example.sites.length);
  });
});
