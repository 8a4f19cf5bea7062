// The sections of the settings, each with its own address, and which of them hold changes that are
// not saved. Pure.

import type { Settings } from '../api/types.ts';
import { isSame } from './rebase.ts';

export const settingsSections = [
  { key: 'gateways', title: 'Gateways', members: ['enabled', 'gateways', 'sessions'] },
  { key: 'users', title: 'Users and domains', members: ['domains', 'accountLinks'] },
  { key: 'sites', title: 'Sites', members: ['sites'] },
  { key: 'detection', title: 'Detection', members: ['detection'] },
  { key: 'publishing', title: 'Publishing', members: [] },
  { key: 'retention', title: 'Retention', members: [] },
  { key: 'roles', title: 'Roles', members: [] },
] as const satisfies readonly {
  readonly key: string;
  readonly title: string;
  readonly members: readonly (keyof Settings)[];
}[];

export type SettingsSection = (typeof settingsSections)[number]['key'];

/** The section of an address; the first where it names none that there is. */
export const sectionNamed = (name: string | undefined): SettingsSection | undefined =>
  name === undefined ? 'gateways' : settingsSections.find(({ key }) => key === name)?.key;

/** Sections whose members an edited copy changes, in their order. */
export const changedSections = (began: Settings, draft: Settings): readonly SettingsSection[] =>
  settingsSections
    .filter(({ members }) => members.some((member) => !isSame(began[member], draft[member])))
    .map(({ key }) => key);

/** Titles of sections as a sentence lists them. */
export const sectionTitles = (keys: readonly SettingsSection[]): string =>
  settingsSections
    .filter(({ key }) => keys.includes(key))
    .map(({ title }) => title)
    .join(', ');
