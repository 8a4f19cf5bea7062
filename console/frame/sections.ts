// The sections of the console, in the order of the rail, with the key that opens each after `g`.

import type { Route } from '../api/paths.ts';

export type Section = {
  readonly key: string;
  readonly href: string;
  readonly title: string;
  /** Second key of the shortcut `g …`. */
  readonly letter: string;
  /** SVG paths on 16 by 16. */
  readonly mark: readonly string[];
};

export const sections: readonly Section[] = [
  {
    key: 'queue',
    href: '/',
    title: 'Queue',
    letter: 'q',
    mark: ['M2 3h12v2H2z', 'M2 7h12v2H2z', 'M2 11h8v2H2z'],
  },
  {
    key: 'live',
    href: '/live',
    title: 'Live',
    letter: 'l',
    mark: [
      'M8 6a2 2 0 1 1 0 4a2 2 0 0 1 0-4z',
      'M3 3l1.4 1.4a5 5 0 0 0 0 7.2L3 13a7 7 0 0 1 0-10z',
      'M13 3a7 7 0 0 1 0 10l-1.4-1.4a5 5 0 0 0 0-7.2z',
    ],
  },
  {
    key: 'map',
    href: '/map',
    title: 'Map',
    letter: 'm',
    mark: ['M1 3l4.5-1.5 5 1.5L15 1.5V13l-4.5 1.5-5-1.5L1 14.500z', 'M5 3.500v8l6 1.500v-8z'],
  },
  {
    key: 'users',
    href: '/users',
    title: 'Users',
    letter: 'u',
    mark: [
      'M8 1.500a3.2 3.2 0 1 1 0 6.400a3.2 3.2 0 0 1 0-6.400z',
      'M2 14.500c0-3.5 2.5-5.3 6-5.300s6 1.8 6 5.300z',
    ],
  },
  {
    key: 'devices',
    href: '/devices',
    title: 'Devices',
    letter: 'd',
    mark: ['M2.5 3h11v8h-11z', 'M1 12h14v1.500H1z'],
  },
  {
    key: 'places',
    href: '/places',
    title: 'Places',
    letter: 'p',
    mark: [
      'M8 1a5 5 0 0 1 5 5c0 3.500-5 9-5 9S3 9.500 3 6a5 5 0 0 1 5-5z',
      'M8 4a2 2 0 1 0 0 4a2 2 0 0 0 0-4z',
    ],
  },
  {
    key: 'networks',
    href: '/networks',
    title: 'Networks',
    letter: 'n',
    mark: [
      'M6 1h4v4H6z',
      'M1 11h4v4H1z',
      'M11 11h4v4h-4z',
      'M7.3 5h1.400v3h5v3h-1.400V9.400H3.700V11H2.300V8h5z',
    ],
  },
  {
    key: 'relays',
    href: '/relays',
    title: 'Relays',
    letter: 'r',
    mark: ['M2 2h12v5H2zm0 7h12v5H2zm2-5v1.500h2V4zm0 7v1.500h2V11z'],
  },
  {
    key: 'settings',
    href: '/settings',
    title: 'Settings',
    letter: 's',
    mark: [
      'M2 3.500h7v1.500H2zm9-1.500h1.500v4.500H11z',
      'M14 3.500v1.500z',
      'M2 11h3v1.500H2zm5-1.500h1.500v4.500H7z',
      'M10 11h4v1.500h-4z',
    ],
  },
  {
    key: 'audit',
    href: '/audit',
    title: 'Audit',
    letter: 'a',
    mark: ['M3 1.500h10v13H3z', 'M5 4.500h6V6H5z', 'M5 7.500h6V9H5z', 'M5 10.500h4V12H5z'],
  },
];

/** Which section a page belongs to. */
export const sectionOf: Readonly<Record<Route['page'], string>> = {
  queue: 'queue',
  live: 'live',
  map: 'map',
  users: 'users',
  user: 'users',
  places: 'places',
  place: 'places',
  address: 'networks',
  networks: 'networks',
  network: 'networks',
  detection: 'queue',
  cases: 'queue',
  case: 'queue',
  devices: 'devices',
  device: 'devices',
  settings: 'settings',
  relays: 'relays',
  audit: 'audit',
  'signed-in': '',
  nothing: '',
};
