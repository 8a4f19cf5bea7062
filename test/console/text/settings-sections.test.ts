// The sections of the settings: every setting that can be changed has one, and says so.

import type { Settings } from '../../../console/api/types.ts';
import {
  changedSections,
  sectionNamed,
  sectionTitles,
  settingsSections,
} from '../../../console/text/settings-sections.ts';

const began: Settings = { enabled: true, gateways: [], domains: { netbios: {} } };
const changes: Required<Settings> = {
  enabled: false,
  gateways: [{ name: 'asa', addresses: [] }],
  domains: { netbios: { CONTOSO: 'contoso.com' } },
  detection: { sensitivity: 'high' },
  sessions: { maxHoursWithoutInterims: 12 },
  sites: [],
  accountLinks: [{ name: 'Directory', url: 'https://directory.example/{user}' }],
};

it('say of every member of the settings where its change is not saved', () => {
  const told = Object.entries(changes).map(([member, value]) => [
    member,
    sectionTitles(changedSections(began, { ...began, [member]: value })),
  ]);

  expect(Object.fromEntries(told)).toEqual({
    enabled: 'Gateways',
    gateways: 'Gateways',
    domains: 'Users and domains',
    detection: 'Detection',
    sessions: 'Gateways',
    sites: 'Sites',
    accountLinks: 'Users and domains',
  });
  expect(changedSections(began, { ...began })).toEqual([]);
});

it('are named by the address, the first without a name', () => {
  expect(settingsSections.map(({ key }) => sectionNamed(key))).toEqual(
    settingsSections.map(({ key }) => key),
  );
  expect([sectionNamed(undefined), sectionNamed('nonsense')]).toEqual(['gateways', undefined]);
});
